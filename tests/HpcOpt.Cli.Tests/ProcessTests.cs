using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HpcOpt.Cli.Tests;

public class ProcessTests
{
    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redirected_output_is_plain_lines()
    {
        (int exitCode, string output, string error) =
            await Tool.RunProcess(["train", "--epochs", "50"], ("TERM", "xterm-256color"), ("GITHUB_ACTIONS", "true"));
        Assert.Equal((0, ""), (exitCode, error));
        Assert.DoesNotContain('\x1b', output);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lines.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)), 10, 21);
        Assert.Matches(@"^epoch 1/50  loss [\d.]+  [\d,]+ steps/s  \d+:\d\d:\d\d left$", lines[0]);
        Assert.All(["steps ", "seconds ", "final loss ", "test accuracy ", "parameters/s", "GB/s", "stopped "],
            part => Assert.Contains(part, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_json_standard_output_holds_nothing_else()
    {
        (int exitCode, string output, string error) = await Tool.RunProcess(["train", "--epochs", "2", "--json"]);
        Assert.Equal(0, exitCode);
        Assert.Equal(2, (int)JsonNode.Parse(output)!["epochs"]!);
        Assert.Contains("epoch 2/2", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    public async Task A_terminal_shows_a_bar_in_colours_unless_they_are_unwanted(string noColor)
    {
        string tool = $"stty cols 120; dotnet '{Path.Combine(AppContext.BaseDirectory, "HpcOpt.Cli.dll")}' train --epochs 3";
        using Process process = Tool.Command(["script", "-qec", tool, "/dev/null"], ("TERM", "xterm-256color"), ("NO_COLOR", noColor));
        string output = await process.StandardOutput.ReadToEndAsync(Canceled);
        Assert.Contains("100%", output, StringComparison.Ordinal);
        Assert.Contains("epoch 3/3", output, StringComparison.Ordinal);
        Assert.Contains("\x1b[", output, StringComparison.Ordinal);
        Assert.Equal(noColor.Length == 0, Regex.IsMatch(output, "\x1b\\[[39]\\d", RegexOptions.None, TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_a_run_with_its_report(string signal, int exitCode)
    {
        // A shell's background job may ignore SIGINT, and so would its children.
        using Process process = Tool.Start(["env", $"--default-signal={signal}"], ["train", "--epochs", "100000000", "--json"]);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Canceled);
        bound.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(bound.Token);
            Assert.StartsWith("epoch 1/", await process.StandardError.ReadLineAsync(bound.Token), StringComparison.Ordinal);
            using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            {
                await kill.WaitForExitAsync(bound.Token);
            }

            string error = await process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            Assert.Equal(exitCode, process.ExitCode);
            Assert.Equal("canceled", (string?)JsonNode.Parse(await output)!["stop"]);
            Assert.Contains($"SIG{signal}", error, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [Theory]
    [InlineData("doctor")]
    [InlineData("train")]
    [InlineData("lr-find")]
    [InlineData("schedule")]
    [InlineData("figures")]
    [InlineData("bench")]
    [InlineData("replay")]
    [InlineData("fingerprint")]
    public void Help_has_an_example(string verb)
    {
        (int exitCode, string output, _) = Tool.Run(verb, "--help");
        Assert.Equal(0, exitCode);
        Assert.Contains($"hpcopt {verb}", output[output.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }
}
