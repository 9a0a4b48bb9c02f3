using System.Text.Json.Nodes;

namespace HpcOpt.Cli.Tests;

public class BenchTests
{
    [Fact]
    public void A_row_says_how_fast_a_step_is_beside_its_floors()
    {
        JsonNode report = Tool.Json(["bench", "--params", "4096", "--threads", "1", "--path", "scalar", "--precision", "f64"]);
        Assert.InRange((double)report["triadGbPerSecond"]!, 0.1, 10_000);
        JsonNode row = Assert.Single(report["rows"]!.AsArray())!;
        Assert.Equal(("adamw", "f64", "f64", 4096, 1, "scalar"), ((string)row["optimizer"]!, (string)row["precision"]!,
            (string)row["state"]!, (int)row["params"]!, (int)row["threads"]!, (string)row["path"]!));

        // 56 bytes in so many nanoseconds.
        Assert.Equal(56_000 / (double)row["nsPerKiloParam"]!, (double)row["gbPerSecond"]!, 1e-6);

        // One lane at a time the divider bounds AdamW, wherever the numbers are.
        Assert.Equal("arithmetic", (string?)row["boundBy"]);
        Assert.InRange((double)row["boundRatio"]!, (double)row["floorRatio"]!, 1.5);
        Assert.InRange((double)row["floorRatio"]!, 0.01, 1.5);
    }

    [Fact]
    public void A_rule_without_division_is_bound_by_bytes()
    {
        (int exitCode, string output, string error) = Tool.Run("bench", "--params", "1024", "--optimizer", "sgd", "--threads", "1");
        Assert.Equal((0, ""), (exitCode, error));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("optimizer", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^sgd +1,024 +f32, f32, f32 .* bytes$", lines[1]);
        Assert.Contains("GB/s (triad)", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Formats_of_low_precision_move_fewer_bytes()
    {
        JsonNode row = Assert.Single(Tool.Json(["bench", "--params", "4096", "--threads", "1", "--state", "fp8", "--parameters", "bf16",
            "--gradients", "f16"])["rows"]!.AsArray())!;
        Assert.Equal(("bf16", "f16", "fp8"), ((string)row["precision"]!, (string)row["gradient"]!, (string)row["state"]!));
        Assert.Equal(6 + (4 * (1 + (1 / 64.0))), (double)row["bytesPerParameter"]!);
        Assert.InRange((double)row["floorRatio"]!, 0.001, 1.5);
    }

    [Theory]
    [InlineData("--params 0", "--params is '0'; expected a whole number from 1")]
    [InlineData("--params 1000000000000", "adamw needs 4 vectors of together 16 bytes a parameter, and this machine has")]
    [InlineData("--optimizer adamx", "--optimizer is 'adamx'; expected, nearest first, 'adam'")]
    [InlineData("--state bf16 --precision f64", "--state is bf16 with --precision f64; expected f64, or --precision f32")]
    [InlineData("--gradients f16 --precision f64", "--gradients is f16 with --precision f64; expected f64, or --precision f32")]
    [InlineData("--parameters fp8", "--parameters is 'fp8'; expected f32, f64, bf16, bf16+16")]
    [InlineData("--precision f16", "--precision is 'f16'; expected f32, f64")]
    public void What_cannot_be_measured_is_answered_by_one_line(string options, string message)
    {
        (int exitCode, string output, string error) = Tool.Run(["bench", .. options.Split(' ')]);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }
}
