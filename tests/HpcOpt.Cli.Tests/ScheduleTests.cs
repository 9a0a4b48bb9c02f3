using System.Text.Json.Nodes;

namespace HpcOpt.Cli.Tests;

public class ScheduleTests
{
    [Fact]
    public void The_json_holds_the_rates()
    {
        JsonNode report = Tool.Json(["schedule", "warmup:steps=2+cosine:steps=4", "--lr", "0.5", "--steps", "7"]);
        Assert.Equal("warmup:steps=2,start=0+cosine:steps=4,floor=0", (string?)report["schedule"]);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], report["points"]!.AsArray().Select(point => (int)point!["step"]!));
        Assert.Equal([0.25, 0.5, 0.5, 0.4267766952966369, 0.25, 0.07322330470336312, 0],
            report["points"]!.AsArray().Select(point => (double)point!["rate"]!), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(1001, Tool.Json(["schedule", "constant", "--steps", "1000000"])["points"]!.AsArray().Count);
    }

    [Fact]
    public void The_text_is_a_table_and_a_plot()
    {
        (int exitCode, string output, _) = Tool.Run("schedule", "polynomial:steps=63", "--steps", "64");
        Assert.Equal(0, exitCode);
        string[] lines = output.Split('\n');
        Assert.Contains("   1   1", lines);
        Assert.Contains("  64   0", lines);
        Assert.Contains("1 |***", lines); // a falling line
        Assert.Contains($"0 |{new string(' ', 61)}***", lines);
    }

    [Fact]
    public void Every_schedule_can_be_drawn()
    {
        using TemporaryFolder folder = new();
        foreach (string example in Schedule.Examples)
        {
            Assert.Equal(0, Tool.Run("schedule", example, "--plot", folder["curve.svg"]).ExitCode);
            string svg = File.ReadAllText(folder["curve.svg"]);
            Assert.All(["learning rate", "step", example.Split(':')[0]], part => Assert.Contains(part, svg, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_schedule_of_the_help_can_be_shown()
    {
        string help = Tool.Run("schedule", "--help").Output;
        Assert.All(Schedule.Examples, example =>
        {
            Assert.Contains(example, help, StringComparison.Ordinal);
            Assert.Equal(0, Tool.Run("schedule", example).ExitCode);
        });
    }

    [Fact]
    public void Training_follows_it()
    {
        Assert.Equal(Hash("--lr", "0.5"), Hash("--lr", "1", "--schedule", "constant:factor=0.5"));
        Assert.NotEqual(Hash("--lr", "0.5"), Hash("--lr", "0.5", "--schedule", "cosine:steps=3"));

        static string? Hash(params string[] more) => (string?)Tool.Json(["train", "--max-steps", "3", .. more])["parametersSha256"];
    }

    [Theory]
    [InlineData("schedule", "schedule needs a TEXT")]
    [InlineData("schedule cosin:steps=3", "TEXT is 'cosin:steps=3': there is no schedule 'cosin'; expected, nearest first, 'cosine'")]
    [InlineData("train --schedule cosine:step=3",
        "--schedule is 'cosine:step=3': cosine: there is no setting 'step'; expected, nearest first, 'steps'")]
    [InlineData("schedule constant --steps 0", "--steps is '0'")]
    public void A_wrong_one_is_a_line(string line, string message)
    {
        (int exitCode, string output, string error) = Tool.Run(line.Split(' '));
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }
}
