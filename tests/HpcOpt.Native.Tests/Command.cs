using System.ComponentModel;
using System.Diagnostics;

namespace HpcOpt.Native.Tests;

/// <summary>Programs of the system, by the Debian package that has them.</summary>
internal static class Command
{
    /// <summary>What the program prints; a failure of the test that says how to get it, or what it complained of.</summary>
    public static string Run(string package, string program, params string[] arguments)
    {
        ProcessStartInfo start =
            new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}: {error.Result}");
            return output;
        }
        catch (Win32Exception)
        {
            Assert.Fail(
                $"{program} is not on the PATH; on Debian or Ubuntu: apt-get install {package}, or ./build.sh --target=Setup as root.");
            return "";
        }
    }

    public static string[] Lines(string package, string program, params string[] arguments) =>
        Run(package, program, arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
