using System.Diagnostics;
using System.Text.Json.Nodes;
using HpcOpt.Tests;

namespace HpcOpt.Cli.Tests;

/// <summary>Runs hpcopt: in this process, or as a process where its streams, environment or end matter.</summary>
internal static class Tool
{
    private const string Assembly = "HpcOpt.Cli.dll";

    public static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int exitCode = Application.Run(arguments, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Its JSON on standard output, after the expected end.</summary>
    public static JsonNode Json(string[] arguments, int exitCode = 0)
    {
        (int ended, string output, string error) = Run([.. arguments, "--json"]);
        Assert.True(ended == exitCode, $"exit code {ended}: {error}");
        return JsonNode.Parse(output)!;
    }

    public static Task<(int ExitCode, string Output, string Error)> RunProcess(
        string[] arguments, params (string Name, string Value)[] environment) =>
        DotnetProcess.Run(Assembly, arguments, environment);

    /// <summary>Starts it, or another command that runs it, such as <c>taskset -c 0</c>.</summary>
    public static Process Start(string[] launcher, string[] arguments, params (string Name, string Value)[] environment) =>
        Command([.. launcher, "dotnet", Path.Combine(AppContext.BaseDirectory, Assembly), .. arguments], environment);

    public static Process Command(string[] command, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start =
            new(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value.Length > 0 ? value : null; // null removes it
        }

        return Process.Start(start)!;
    }

    public static string Data(string file) => Path.Combine(AppContext.BaseDirectory, "Data", file);
}

/// <summary>A folder of its own for a test's files.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hpcopt-");

    public string this[string file] => Path.Combine(_folder.FullName, file);

    public string Write(string file, string text)
    {
        File.WriteAllText(this[file], text);
        return this[file];
    }

    public string[] Files => [.. _folder.GetFiles().Select(file => file.Name)];

    public void Dispose() => _folder.Delete(recursive: true);
}
