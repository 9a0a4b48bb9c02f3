using System.Text.Json.Nodes;

namespace HpcOpt.Cli.Tests;

public class ReplayTests
{
    private static readonly string Golden = Tool.Data("trajectories.json");

    [Theory]
    [InlineData("f64", 1e-11)]
    [InlineData("f32", 1e-5)]
    public void Every_run_agrees_with_the_recorded_parameters(string precision, double tolerance)
    {
        JsonArray runs = Tool.Json(["replay", Golden, "--precision", precision])["runs"]!.AsArray();
        Assert.Equal(26, runs.Count);
        foreach (JsonNode? run in runs)
        {
            // The recorded parameters of the full matrix are themselves 1.7e-10 from those of 80-bit arithmetic.
            double most = (string?)run!["optimizer"] == "adagrad_full" ? Math.Max(tolerance, 1e-9) : tolerance;
            Assert.True((bool)run["pass"]!, run.ToJsonString());
            Assert.InRange((double)run["maxRelativeError"]!, 0, most);
        }
    }

    [Fact]
    public void A_run_of_an_optimizer_that_is_not_known_does_not_pass()
    {
        using TemporaryFolder folder = new();
        JsonNode golden = Parse();
        golden["runs"]![0]!["optimizer"] = "LBFGS";
        JsonNode run = Tool.Json(["replay", folder.Write("unknown.json", golden.ToJsonString())], exitCode: 1)["runs"]![0]!;
        Assert.Equal("not supported yet", (string?)run["reason"]);
    }

    [Theory]
    [InlineData("f64")]
    [InlineData("f32")]
    public void Runs_recorded_by_the_authors_of_optimizers_pass_with_their_averages_and_warm_up(string precision)
    {
        using TemporaryFolder folder = new();
        JsonNode recorded = Parse();
        recorded["runs"] = JsonNode.Parse(File.ReadAllText(Tool.Data("trajectories-more.json")))!["runs"]!.DeepClone();
        JsonArray runs =
            Tool.Json(["replay", folder.Write("more.json", recorded.ToJsonString()), "--precision", precision])["runs"]!.AsArray();
        Assert.Equal(24, runs.Count);

        // The average counts: one that is off fails.
        JsonNode averaged = recorded["runs"]!.AsArray().First(run => run!["average"] is not null)!;
        JsonArray average = averaged["average"]!["40"]!.AsArray();
        average[0] = (double)average[0]! * (1 + 1e-4);
        Tool.Json(["replay", folder.Write("bad.json", recorded.ToJsonString()), "--precision", precision], exitCode: 1);
    }

    [Fact]
    public void Only_supported_runs_that_pass_end_with_0()
    {
        using TemporaryFolder folder = new();
        JsonNode golden = Parse();
        golden["runs"] = new JsonArray(golden["runs"]![0]!.DeepClone());
        Assert.Equal(0, Tool.Run("replay", folder.Write("good.json", golden.ToJsonString())).ExitCode);

        // A parameter that is off by 1e-9, relatively, in one step.
        JsonArray theta = golden["runs"]![0]!["theta"]!["7"]!.AsArray();
        theta[5] = (double)theta[5]! * (1 + 1e-9);
        JsonNode run = Tool.Json(["replay", folder.Write("bad.json", golden.ToJsonString())], exitCode: 1)["runs"]![0]!;
        Assert.False((bool)run["pass"]!);
        Assert.InRange((double)run["maxRelativeError"]!, 1e-10, 1.1e-9);
    }

    [Fact]
    public void The_file_may_stand_before_or_after_the_option_of_the_report()
    {
        using TemporaryFolder folder = new();
        Assert.StartsWith("{", Tool.Run("replay", "--json", Golden).Output, StringComparison.Ordinal);
        Assert.StartsWith("{", Tool.Run("replay", Golden, "--json").Output, StringComparison.Ordinal);
        Assert.Contains("passed", Tool.Run("replay", Golden, "--json", folder["report.json"]).Output, StringComparison.Ordinal);
        Assert.Contains("maxRelativeError", File.ReadAllText(folder["report.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lrr", "0.1", "runs[0] (SGD): the option 'lrr': 0.1 is not one of sgd's")]
    [InlineData("lr", "-1", "runs[0] (SGD): sgd: learning-rate is '-1'; LearningRate must be a finite number of at least 0")]
    [InlineData("lr", "\"fast\"", "learning-rate is 'fast'; expected a number")]
    public void A_bad_option_is_named(string name, string value, string message)
    {
        using TemporaryFolder folder = new();
        JsonNode golden = Parse();
        golden["runs"]![0]!["options"]![name] = JsonNode.Parse(value);
        Fails(folder.Write("bad.json", golden.ToJsonString()), message);
    }

    [Fact]
    public void A_file_of_another_form_is_refused()
    {
        using TemporaryFolder folder = new();
        Fails(folder["none.json"], "none.json: cannot be read");
        Fails(folder.Write("text.json", "theta0"), "text.json: 't");
        Fails(folder.Write("empty.json", "{}"), "theta0");
        JsonNode golden = Parse();
        golden["gradients"]![3]!.AsArray().RemoveAt(0);
        Fails(folder.Write("short.json", golden.ToJsonString()), "gradients[3] has 36 values; expected 37");
        golden = Parse();
        golden["runs"]![2]!["theta"]!["41"] = golden["theta0"]!.DeepClone();
        Fails(folder.Write("step.json", golden.ToJsonString()), "theta has the step '41'; expected a step from 1 to 40");
    }

    private static void Fails(string file, string message)
    {
        (int exitCode, string output, string error) = Tool.Run("replay", file);
        Assert.Equal((3, ""), (exitCode, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    private static JsonNode Parse() => JsonNode.Parse(File.ReadAllText(Golden))!;
}
