using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using HpcOpt.Cli.Train;
using HpcOpt.Training;

namespace HpcOpt.Cli.Tests;

/// <summary>What surrounds the update of a step in <c>hpcopt train</c>: clipping, the average, the loss scale.</summary>
public class StepOptionTests
{
    private const int Steps = 6;
    private static readonly string[] Adam = ["train", "--optimizer", "adam", "--seed", "3", "--max-steps", $"{Steps}"];

    [Theory]
    [InlineData("--clip-norm", "clipNorm")]
    [InlineData("--clip-value", "clipValue")]
    public void Clipping_changes_a_run_only_where_the_bound_is_reached(string option, string field)
    {
        string[] descent = ["train", "--optimizer", "sgd", "--max-steps", $"{Steps}"];
        string free = Hash(descent);
        Assert.Equal(free, Hash([.. descent, option, "1e6"]));
        Assert.NotEqual(free, Hash([.. descent, option, "1e-3"]));
        Assert.Equal(1e-3, (double)Tool.Json([.. descent, option, "1e-3"])[field]!);
    }

    [Fact]
    public void A_clipped_step_is_as_long_as_the_bound()
    {
        const double Rate = 0.5, Norm = 1e-3;
        (IModel<float> model, float[] theta, float[][] gradients) = Run(steps: 1, new Sgd { LearningRate = Rate });
        double norm = Math.Sqrt(gradients[0].Sum(g => (double)g * g));
        Assert.True(norm > Norm);
        float scale = (float)(Norm / norm);
        double expected = model.Loss([.. gradients[0].Select((g, i) => (float)(-Rate * scale * g))]);
        JsonNode report = Tool.Json(
            ["train", "--optimizer", "sgd", "--seed", "3", "--lr", $"{Rate}", "--max-steps", "1", "--clip-norm", $"{Norm}"]);
        Assert.Equal(expected, (double)report["trainLoss"]!, tolerance: 1e-7 * expected);
        Assert.NotEqual(model.Loss(theta), (double)report["trainLoss"]!, tolerance: 1e-4);
    }

    [Fact]
    public void The_average_of_the_parameters_is_returned()
    {
        const double Decay = 0.75;
        float[] average = [];
        (IModel<float> model, float[] theta, _) = Run(Steps, new Adam { LearningRate = 0.01 }, after =>
        {
            average = average.Length == 0 ? new float[after.Length] : average; // a₀ = θ₀ = 0
            for (int i = 0; i < after.Length; i++)
            {
                average[i] = MathF.FusedMultiplyAdd((float)(1 - Decay), after[i] - average[i], average[i]);
            }
        });
        JsonNode report = Tool.Json([.. Adam, "--average", $"{Decay}"]);
        Assert.Equal(Hash(average), (string)report["parametersSha256"]!);
        Assert.Equal(model.Loss(average), (double)report["trainLoss"]!, tolerance: 1e-12);
        Assert.Equal(Decay, (double)report["average"]!);
        Assert.Equal(Hash(theta), Hash(Adam));
    }

    [Theory]
    [InlineData("1024", true)]
    [InlineData("0.125", true)]
    [InlineData("dynamic", true)]
    [InlineData("1000", false)] // not a power of two: scaling rounds
    public void A_loss_scale_that_is_a_power_of_two_changes_no_bit(string scale, bool isExact)
    {
        JsonNode report = Tool.Json([.. Adam, "--loss-scale", scale]);
        Assert.Equal(isExact, (string)report["parametersSha256"]! == Hash(Adam));
        Assert.Equal((scale, Steps), ((string?)report["lossScale"], (int)report["steps"]!));
    }

    [Theory]
    [InlineData("--clip-norm", "0", "a finite number above 0")]
    [InlineData("--clip-norm", "Infinity", "a finite number above 0")]
    [InlineData("--clip-value", "-1", "a finite number above 0")]
    [InlineData("--average", "1", "a number from 0 to less than 1")]
    [InlineData("--average", "NaN", "a number from 0 to less than 1")]
    [InlineData("--loss-scale", "0", "a finite number above 0, or 'dynamic'")]
    [InlineData("--loss-scale", "static", "a finite number above 0, or 'dynamic'")]
    public void A_bad_value_is_refused(string option, string value, string expected) =>
        Refused([.. Adam, option, value], $"{option} is '{value}'; expected {expected}");

    [Theory]
    [InlineData("--clip-norm", "1")]
    [InlineData("--clip-value", "1")]
    [InlineData("--average", "0.9")]
    [InlineData("--loss-scale", "2")]
    public void Lbfgs_takes_no_step_of_an_optimizer(string option, string value) =>
        Refused(["train", "--optimizer", "lbfgs", "--batch", "full", option, value], $"{option}");

    [Fact]
    public void Sparse_rows_take_no_loss_scale()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("rows.svm", "1 1:1\n2 2:1\n1 1:2\n2 2:2\n");
        Refused(["train", "--data", file, "--model", "softmax", "--loss-scale", "2"], "--loss-scale is for dense rows");
    }

    /// <summary>The first steps of a run with seed 3 on the built-in data, by the library alone.</summary>
    private static (IModel<float> Model, float[] Theta, float[][] Gradients) Run<TRule>(
        int steps, TRule rule, Action<float[]>? after = null)
        where TRule : struct, IOptimizerRule
    {
        TrainSettings settings = new() { Seed = 3 };
        DenseModels<float> models = new(settings, DenseData.Load(settings), Execution.Default);
        float[] theta = models.Start();
        float[][] gradients = [.. Enumerable.Range(0, steps).Select(_ => new float[theta.Length])];
        EpochBatches batches = settings.Options.SamplerOf(models.Train.RowCount).Epoch(3, 0);
        using var optimizer = Optimizer<float>.Create(theta.Length, rule);
        for (int step = 0; step < steps; step++)
        {
            models.Train.Gradient(theta, batches[step], gradients[step]);
            optimizer.Step(theta, gradients[step]);
            after?.Invoke(theta);
        }

        return (models.Train, theta, gradients);
    }

    private static void Refused(string[] arguments, string message)
    {
        (int code, string output, string error) = Tool.Run(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    private static string Hash(float[] parameters) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(parameters.AsSpan())));

    private static string Hash(string[] arguments) => (string)Tool.Json(arguments)["parametersSha256"]!;
}
