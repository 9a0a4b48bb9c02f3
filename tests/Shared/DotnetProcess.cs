using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HpcOpt.Tests;

/// <summary>Runs a built assembly in a process of its own, where the run-time's switches can differ.</summary>
internal static class DotnetProcess
{
    // The host of the run-time that is running now: there may be others on the PATH, or none.
    private static readonly string Host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    public static Task<(int ExitCode, string Output, string Error)> Run(
        string assembly, string[] arguments, params (string Name, string Value)[] environment) =>
        RunIn("", assembly, arguments, environment);

    /// <summary>Runs it with another working folder; an empty one is that of this process.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunIn(
        string folder, string assembly, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Host, [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;

        CancellationToken cancelled = TestContext.Current.CancellationToken;
        using Process process = Process.Start(start)!;
        try
        {
            // Both at once: a full pipe that nobody reads would stop the child.
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancelled);
            Task<string> error = process.StandardError.ReadToEndAsync(cancelled);
            await process.WaitForExitAsync(cancelled);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
