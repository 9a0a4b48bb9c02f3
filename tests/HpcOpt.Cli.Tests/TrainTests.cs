using System.Text.Json.Nodes;

namespace HpcOpt.Cli.Tests;

public class TrainTests
{
    public static TheoryData<string, int> OptimizersAndSeeds { get; } =
        new(from optimizer in (string[])["sgd", "momentum", "adagrad", "rmsprop", "adam", "adamw"]
            from seed in (int[])[1, 2, 3]
            select (optimizer, seed));

    [Theory, MemberData(nameof(OptimizersAndSeeds))]
    public void Digits_are_learned_with_default_settings(string optimizer, int seed)
    {
        JsonNode report = Tool.Json(["train", "--optimizer", optimizer, "--seed", $"{seed}"]);
        Assert.True((double)report["testAccuracy"]! > 0.955, report.ToJsonString());
        Assert.Equal(30, report["loss"]!.AsArray().Count);
        Assert.True((double)report["trainLoss"]! < 0.1);
    }

    [Fact]
    public void The_report_has_the_fields_of_the_design()
    {
        JsonNode report = Tool.Json(["train", "--epochs", "2", "--threads", "1", "--path", "scalar"]);
        Assert.Equal("softmax", (string?)report["model"]);
        Assert.Equal("adam", (string?)report["optimizer"]);
        Assert.Equal(90, (int)report["steps"]!); // 1,438 of the 1,797 rows in batches of 32
        Assert.Equal(2, (int)report["epochs"]!);
        Assert.True((double)report["seconds"]! > 0);
        Assert.Equal("maxEpochs", (string?)report["stop"]);
        Assert.Equal(64, ((string?)report["parametersSha256"])!.Length);
        Assert.Equal(1, (int)report["ranks"]!);
        Assert.Equal(1, (int)report["threads"]!);
        Assert.Equal("scalar", (string?)report["path"]);
        Assert.True(report.AsObject().ContainsKey("coefficients"));
        Assert.Null(report["coefficients"]);
    }

    [Theory]
    [InlineData("spector.csv")]
    [InlineData("grunfeld.csv")]
    public void A_full_batch_reaches_the_estimates(string file)
    {
        JsonNode expected = JsonNode.Parse(File.ReadAllText(Tool.Data("estimates.json")))![file]!;
        JsonNode report = Tool.Json(["train", "--data", Tool.Data(file), "--target", (string)expected["target"]!, "--batch", "full",
            "--model", (string)expected["model"]!, "--features", string.Join(',', expected["features"]!.AsArray())]);
        foreach ((string name, JsonNode? coefficient) in expected["coefficients"]!.AsObject())
        {
            Near((double)coefficient!, (double)report["coefficients"]![name]!);
        }

        Near((double)(expected["mean_loss"] ?? expected["mean_squared_residual_half"])!, (double)report["trainLoss"]!);
        Assert.Equal("gradientTolerance", (string?)report["stop"]);
        Assert.Null(report["testAccuracy"]); // all rows are estimated from

        static void Near(double expected, double actual) => Assert.InRange(Math.Abs(actual / expected - 1), 0, 1e-4);
    }

    [Fact]
    public void A_full_batch_reaches_the_poisson_estimates()
    {
        JsonNode expected = JsonNode.Parse(File.ReadAllText(Tool.Data("poisson-estimates.json")))!;
        JsonNode report =
            Tool.Json(["train", "--data", Tool.Data("grunfeld-counts.csv"), "--target", "count", "--model", "poisson", "--batch", "full"]);
        foreach ((string name, JsonNode? coefficient) in expected["coefficients"]!.AsObject())
        {
            Assert.InRange((double)report["coefficients"]![name]! / (double)coefficient!, 1 - 1e-4, 1 + 1e-4);
        }

        Assert.Equal((double)expected["mean_loss"]!, (double)report["trainLoss"]!, tolerance: 1e-9);
        Assert.Equal("gradientTolerance", (string?)report["stop"]);
        Assert.Equal("poisson", (string?)report["model"]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_every_path_with_any_threads()
    {
        string[] hashes = [.. from path in ExecutionPath.Supported from threads in (int[])[1, 2]
            select (string)Tool.Json(["train", "--epochs", "1", "--path", path.Name, "--threads", $"{threads}"])["parametersSha256"]!];
        Assert.Single(hashes.Distinct());
        Assert.NotEqual(hashes[0], (string?)Tool.Json(["train", "--epochs", "1", "--seed", "5"])["parametersSha256"]);
    }

    [Fact]
    public void Hyperparameters_reach_the_optimizer()
    {
        string[] short_ = ["train", "--max-steps", "3"];
        Assert.NotEqual(Hash(), Hash("--set", "beta1=0.5"));
        Assert.Equal(Hash("--lr", "0.5"), Hash("--set", "learning-rate=0.5"));
        Assert.NotEqual(Hash("--optimizer", "sgd", "--set", "momentum=0.9"),
            Hash("--optimizer", "sgd", "--set", "momentum=0.9", "--set", "nesterov=true"));

        string? Hash(params string[] more) => (string?)Tool.Json([.. short_, .. more])["parametersSha256"];
    }

    [Fact]
    public void Test_rows_may_come_from_a_file()
    {
        JsonNode report = Tool.Json(["train", "--data", Tool.Data("spector.csv"), "--test-data", Tool.Data("spector.csv"), "--target",
            "GRADE", "--model", "logistic"]);
        Assert.InRange((double)report["testAccuracy"]!, 0.75, 1);
        Assert.Equal((double)report["trainLoss"]!, (double)report["testLoss"]!);
    }

    [Fact]
    public void A_share_of_the_test_that_rounds_to_no_row_trains_on_all()
    {
        using TemporaryFolder folder = new();
        JsonNode report = Tool.Json(
            ["train", "--data", folder.Write("two.csv", "x,y\n1,1\n2,3\n"), "--target", "y", "--model", "linear", "--batch", "1"]);
        Assert.Null(report["testLoss"]);
        Assert.Equal(60, (int)report["steps"]!);
    }

    [Fact]
    public void The_report_replaces_the_content_of_its_file()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("report.json", new string('x', 100_000));
        (int exitCode, string output, _) = Tool.Run("train", "--max-steps", "2", "--json", file);
        Assert.Equal(0, exitCode);
        Assert.Equal("maxSteps", (string?)JsonNode.Parse(File.ReadAllText(file))!["stop"]);
        Assert.Contains("test accuracy", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_may_go_to_a_device() => Assert.Equal(0, Tool.Run("train", "--max-steps", "1", "--json", "/dev/null").ExitCode);

    [Fact]
    public void A_loss_that_explodes_is_an_error_with_the_last_good_parameters()
    {
        (int exitCode, string output, string error) = Tool.Run("train", "--lr", "1e300", "--json");
        Assert.Equal(1, exitCode);
        Assert.Contains("hpcopt: --lr is 1E+300: the loss was not finite", error, StringComparison.Ordinal);
        Assert.Equal("nonFiniteLoss", (string?)JsonNode.Parse(output)!["stop"]);
    }

    [Theory]
    [InlineData("bf16", 1.005)]
    [InlineData("fp8", 1.01)]
    public void State_of_low_precision_ends_at_the_loss_of_f32(string state, double most)
    {
        JsonNode full = Tool.Json(["train", "--optimizer", "adamw", "--epochs", "30"]);
        JsonNode fewer = Tool.Json(["train", "--optimizer", "adamw", "--epochs", "30", "--state", state]);
        Assert.Equal(("f32", state), ((string)full["state"]!, (string)fewer["state"]!));
        Assert.InRange((double)fewer["trainLoss"]! / (double)full["trainLoss"]!, 0.9, most);
    }
}
