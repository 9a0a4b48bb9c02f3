using System.Text.Json.Nodes;

namespace HpcOpt.Cli.Tests;

public class FingerprintTests
{
    private static string[] Arguments => ["fingerprint", "--seed", "7"];

    [Fact]
    public void It_is_equal_on_every_path_with_any_threads()
    {
        string[] all = [.. from path in ExecutionPath.Supported from threads in (int[])[1, 2]
            select Tool.Json([.. Arguments, "--path", path.Name, "--threads", $"{threads}"])["rules"]!.ToJsonString()];
        Assert.Single(all.Distinct());
        Assert.NotEqual(all[0], Tool.Json(["fingerprint", "--seed", "8"])["rules"]!.ToJsonString());
    }

    [Fact]
    public void It_covers_every_rule_precision_and_form_of_state()
    {
        JsonObject rules = Tool.Json(Arguments)["rules"]!.AsObject();
        foreach (string rule in (string[])["sgd", "sgd+momentum", "momentum", "adagrad", "rmsprop", "rmsprop+centered+momentum", "adam",
            "adam+ams-grad", "adamw"])
        {
            Assert.Matches("^[0-9a-f]{64}$", (string)rules[$"{rule}/f32"]!);
            Assert.Matches("^[0-9a-f]{64}$", (string)rules[$"{rule}/f64"]!);
            Assert.Matches("^[0-9a-f]{64}$", (string)rules[$"{rule}/bf16"]!);
            Assert.Matches("^[0-9a-f]{64}$", (string)rules[$"{rule}/fp8"]!);
        }

        // AMSGrad by its own name is Adam's option, in four precisions; sgd has no state, and asgd's keeps its precision: one of low.
        Assert.Equal((string?)rules["adam+ams-grad/f32"], (string?)rules["amsgrad/f32"]);
        Assert.Equal(rules.Count - 6, rules.Select(rule => (string?)rule.Value).Distinct().Count());
    }

    // Computed at commit 960f97f, before the core was rebuilt. A line of the list never changes; new rules add lines.
    [Fact]
    public void It_is_the_recorded_one()
    {
        JsonObject rules = Tool.Json(["fingerprint", "--seed", "4711"])["rules"]!.AsObject();
        string[] recorded = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "fingerprint-4711.txt"));
        Assert.Equal(112, recorded.Length);
        Assert.All(recorded, line => Assert.Equal(line, $"{line.Split(' ')[0]} {(string?)rules[line.Split(' ')[0]]}"));
    }

    // The switches of the run-time, and the paths that are left to be the fastest.
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "avx2", "vector128")]
    [InlineData("DOTNET_EnableAVX2", "vector128")]
    [InlineData("DOTNET_EnableHWIntrinsic", "scalar")]
    public async Task It_is_equal_where_instructions_are_switched_off(string variable, params string[] left)
    {
        (int exitCode, string output, string error) = await Tool.RunProcess([.. Arguments, "--json"], (variable, "0"), ("HPCOPT_PATH", ""));
        Assert.True(exitCode == 0, error);
        JsonNode switchedOff = JsonNode.Parse(output)!;
        Assert.Equal(left.First(path => ExecutionPath.Parse(path).IsSupported), (string?)switchedOff["path"]);
        Assert.Equal(Tool.Json(Arguments)["rules"]!.ToJsonString(), switchedOff["rules"]!.ToJsonString());
    }
}
