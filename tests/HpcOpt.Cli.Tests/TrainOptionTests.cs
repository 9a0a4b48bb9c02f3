using System.Text.Json.Nodes;

namespace HpcOpt.Cli.Tests;

/// <summary>Samplers, schedules and stopping rules of <c>hpcopt train</c>.</summary>
public class TrainOptionTests
{
    private static readonly string[] Grunfeld =
        ["train", "--data", Tool.Data("grunfeld.csv"), "--target", "invest", "--features", "value,capital", "--model", "linear"];

    [Theory]
    [InlineData("clusters:firm", "32", 6)] // 11 firms of 20 years: one fits into 32 rows
    [InlineData("clusters:firm", "60", 2)]
    [InlineData("blocks:year", "22", 5)] // 11 firms: two years
    [InlineData("blocks", "32", 4)]
    [InlineData("stratified:firm", "11", 10)]
    [InlineData("replacement", "32", 4)]
    [InlineData("partition", "32", 4)]
    public void A_sampler_gives_the_batches_of_an_epoch(string sampler, string batch, int half)
    {
        JsonNode report =
            Tool.Json([.. Grunfeld, "--sampler", sampler, "--batch", batch, "--epochs", "2", "--test-fraction", "0", "--lr", "0.001"]);
        Assert.Equal(sampler, (string?)report["sampler"]);
        Assert.InRange((int)report["steps"]!, (2 * half) - 1, 4 * half);
    }

    [Fact]
    public void Full_and_single_need_no_batch()
    {
        Assert.Equal(3, (int)Tool.Json([.. Grunfeld, "--sampler", "full", "--epochs", "3"])["steps"]!);
        Assert.Equal(
            220, (int)Tool.Json([.. Grunfeld, "--sampler", "single", "--epochs", "1", "--test-fraction", "0", "--lr", "1e-4"])["steps"]!);
    }

    [Theory]
    [InlineData("targetLoss", "--target-loss", "0.5")]
    [InlineData("parameterTolerance", "--parameter-tolerance", "0.1")]
    [InlineData("stalledRate", "--stall", "1")]
    [InlineData("patience", "--patience", "1", "--lr", "10")]
    [InlineData("maxSteps", "--max-steps", "7")]
    public void A_criterion_is_reported_by_its_name(string name, params string[] options) =>
        Assert.Equal(name, (string?)Tool.Json(["train", "--epochs", "300", "--optimizer", "sgd", .. options])["stop"]);

    [Fact]
    public void Batches_are_accumulated_and_an_epoch_ends_with_a_step()
    {
        string[] options = [.. Grunfeld, "--batch", "32", "--epochs", "2", "--test-fraction", "0"]; // 220 rows: 7 batches
        JsonNode report = Tool.Json([.. options, "--accumulate", "3"]);
        Assert.Equal((6, 3), ((int)report["steps"]!, (int)report["accumulate"]!));
        Assert.Equal(1, (int)Tool.Json(options)["accumulate"]!);

        // As one batch of all rows, whose gradients are added in another order.
        string[] descent = [.. Grunfeld, "--optimizer", "sgd", "--epochs", "5", "--test-fraction", "0", "--precision", "f64", "--batch"];
        double parts = (double)Tool.Json([.. descent, "4", "--accumulate", "55"])["trainLoss"]!;
        double full = (double)Tool.Json([.. descent, "full"])["trainLoss"]!;
        Assert.Equal(full, parts, 1e-12 * full);
    }

    [Fact]
    public void A_target_loss_is_in_the_units_of_the_report()
    {
        JsonNode report = Tool.Json([.. Grunfeld, "--batch", "full", "--target-loss", "5000"]);
        Assert.Equal("targetLoss", (string?)report["stop"]);
        Assert.InRange((double)report["trainLoss"]!, 4000, 5000);
    }

    [Fact]
    public void A_schedule_is_followed_and_named()
    {
        JsonNode report = Tool.Json(["train", "--schedule", "cosine:steps=10", "--epochs", "1", "--stall", "1e-9", "--optimizer", "sgd"]);
        Assert.Equal("cosine:steps=10,floor=0", (string?)report["schedule"]);
        Assert.Equal("stalledRate", (string?)report["stop"]);
    }

    [Theory]
    [InlineData("--sampler cluster:firm", 2, "--sampler is 'cluster:firm'; expected, nearest first, 'clusters'")]
    [InlineData("--sampler clusters", 2, "expected the column that holds the keys, such as clusters:firm")]
    [InlineData("--sampler partition:firm", 2, "'partition' takes no column")]
    [InlineData("--sampler full --batch 7", 2, "--sampler full and --batch 7 contradict each other")]
    [InlineData("--sampler blocks --batch full", 2, "--sampler blocks and --batch full contradict each other")]
    [InlineData("--sampler clusters:frim", 3, "there is no key column 'frim'; the columns are, nearest first, 'firm'")]
    [InlineData("--sampler blocks:firm", 3, "column 'firm': 'General Motors' is not a number")]
    [InlineData("--sampler blocks:value", 3, "time falls from")]
    [InlineData("--sampler stratified", 2, "needs classes")]
    [InlineData("--validation-fraction 0.1", 2, "without --patience")]
    [InlineData("--patience 0", 2, "--patience is '0'")]
    [InlineData("--stall 0", 2, "--stall is '0'; expected a finite number above 0")]
    [InlineData("--target-loss NaN", 2, "--target-loss is 'NaN'")]
    [InlineData("--schedule cosin", 2, "there is no schedule 'cosin'; expected, nearest first, 'cosine'")]
    [InlineData("--schedule cosine:steps=0", 2, "cosine")]
    public void What_cannot_be_meant_is_answered_by_one_line(string options, int exitCode, string message)
    {
        (int code, string output, string error) = Tool.Run([.. Grunfeld, .. options.Split(' ')]);
        Assert.Equal((exitCode, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }
}
