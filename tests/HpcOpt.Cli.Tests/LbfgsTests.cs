using System.Text.Json.Nodes;

namespace HpcOpt.Cli.Tests;

/// <summary><c>hpcopt train --optimizer lbfgs</c>.</summary>
public class LbfgsTests
{
    [Theory]
    [InlineData("spector.csv")]
    [InlineData("grunfeld.csv")]
    public void It_reaches_the_estimates_to_eight_digits(string file)
    {
        JsonNode expected = JsonNode.Parse(File.ReadAllText(Tool.Data("estimates.json")))![file]!;
        JsonNode report = Tool.Json(
            ["train", "--data", Tool.Data(file), "--target", (string)expected["target"]!, "--batch", "full", "--optimizer", "lbfgs",
            "--model", (string)expected["model"]!, "--features", string.Join(',', expected["features"]!.AsArray())]);
        foreach ((string name, JsonNode? coefficient) in expected["coefficients"]!.AsObject())
        {
            Assert.InRange((double)report["coefficients"]![name]! / (double)coefficient!, 1 - 1e-8, 1 + 1e-8);
        }

        Assert.Equal("gradientTolerance", (string?)report["stop"]);
        Assert.Equal("lbfgs", (string?)report["optimizer"]);
        Assert.Equal(10, (int)report["hyperparameters"]!["memory"]!);
        Assert.Null(report["learningRate"]);
        Assert.Equal((int)report["steps"]!, (int)report["epochs"]!);
        Assert.Equal((int)report["epochs"]!, report["loss"]!.AsArray().Count);
        Assert.True((int)report["evaluations"]! > (int)report["steps"]!);
        Assert.Equal((double)report["trainLoss"]!, (double)report["loss"]!.AsArray()[^1]!, tolerance: 1e-9 * (double)report["trainLoss"]!);
    }

    [Fact]
    public void Iterations_are_limited_and_shown_on_the_page()
    {
        using TemporaryFolder folder = new();
        JsonNode report = Tool.Json(["train", "--optimizer", "LBFGS", "--batch", "full", "--epochs", "7", "--set", "memory=3",
            "--precision", "f32", "--report", folder["page.html"]]);
        Assert.Equal(("maxEpochs", 7, 3), ((string?)report["stop"], (int)report["epochs"]!, (int)report["hyperparameters"]!["memory"]!));
        Assert.Equal("maxSteps", (string?)Tool.Json(["train", "--optimizer", "lbfgs", "--batch", "full", "--max-steps", "2"])["stop"]);
        Assert.Contains("lbfgs on embedded digits", File.ReadAllText(folder["page.html"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "needs the loss of all rows; add --batch full")]
    [InlineData("--batch 50", "choose another optimizer for batches of 50")]
    [InlineData("--batch full --lr 0.1", "--lr does not apply")]
    [InlineData("--batch full --schedule cosine:steps=5", "--schedule does not apply")]
    [InlineData("--batch full --stall 0.1", "--stall does not apply")]
    [InlineData("--batch full --accumulate 2", "--accumulate does not apply")]
    [InlineData("--batch full --patience 3", "--patience does not apply")]
    [InlineData("--batch full --precision f32 --state bf16", "--state is bf16 with --optimizer lbfgs")]
    [InlineData("--batch full --set beta1=0.5", "lbfgs has no 'beta1'; expected, nearest first")]
    [InlineData("--batch full --set memory=0", "memory=0: Memory must be at least 1")]
    [InlineData("--batch full --set memory=1.5", "must be a whole number")]
    [InlineData("--batch full --set curvature=1", "Curvature must be at least 1/2 and less than 1")]
    [InlineData("--batch full --set memory", "expected name=number")]
    public void What_does_not_apply_is_answered_by_one_line(string options, string message)
    {
        (int code, string output, string error) =
            Tool.Run(["train", "--optimizer", "lbfgs", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public void A_learning_rate_test_has_none() =>
        Assert.Contains("--optimizer is 'lbfgs'; expected", Tool.Run("lr-find", "--optimizer", "lbfgs").Error, StringComparison.Ordinal);
}
