using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using HpcOpt.Cli.Train;
using HpcOpt.Training;

namespace HpcOpt.Cli.Tests;

/// <summary><c>hpcopt train --model mlp</c>.</summary>
public class PerceptronTests
{
    private static readonly string[] Curve = ["train", "--data", Tool.Data("grunfeld.csv"), "--target", "invest", "--features",
        "value,capital", "--model", "mlp", "--loss", "squared"];

    [Fact]
    public void Digits_are_learned_and_the_network_is_reported()
    {
        JsonNode report = Tool.Json(["train", "--model", "mlp", "--hidden", "64,48", "--dropout", "0.1", "--micro-batch", "20",
            "--optimizer", "adamw", "--lr", "0.003", "--epochs", "12"]);
        Assert.True((double)report["testAccuracy"]! > 0.96, report.ToJsonString());
        Assert.Equal("mlp", (string?)report["model"]);
        Assert.False(string.IsNullOrEmpty((string?)report["blas"]));
        JsonNode network = report["network"]!;
        Assert.Equal([64, 48], network["hidden"]!.AsArray().Select(width => (int)width!));
        Assert.Equal((65 * 64) + (65 * 48) + (49 * 10), (int)network["parameters"]!);
        Assert.Equal(
            ("relu", "softmax", "he"), ((string?)network["activation"], (string?)network["loss"], (string?)network["initialization"]));
        Assert.Equal((0.1, 20), ((double)network["dropout"]!, (int)network["microBatch"]!));
        Assert.Null(report["coefficients"]);
    }

    [Fact]
    public void Other_models_have_neither_network_nor_products()
    {
        JsonNode report = Tool.Json(["train", "--epochs", "1"]);
        Assert.True(report.AsObject().ContainsKey("network") && report.AsObject().ContainsKey("blas"));
        Assert.Null(report["network"]);
        Assert.Null(report["blas"]);
    }

    [Fact]
    public void A_number_is_fitted_in_its_units()
    {
        JsonNode linear = Tool.Json([.. Curve[..8], "linear", "--batch", "full"]);
        JsonNode network =
            Tool.Json([.. Curve, "--hidden", "32", "--activation", "tanh", "--batch", "full", "--epochs", "300", "--lr", "0.01"]);
        Assert.InRange((double)network["trainLoss"]!, 0.1 * (double)linear["trainLoss"]!, (double)linear["trainLoss"]!);
    }

    [Fact]
    public void A_layer_wise_optimizer_takes_each_segment_as_a_layer()
    {
        JsonNode report =
            Tool.Json(["train", "--model", "mlp", "--hidden", "32", "--optimizer", "lamb", "--lr", "0.01", "--max-steps", "4"]);
        TrainSettings settings = new() { Model = new() { Given = ModelKind.Mlp, Network = new() { Hidden = [32] } } };
        DenseModels<float> models = new(settings, DenseData.Load(settings), Execution.Default);
        float[] parameters = models.Start();
        using var optimizer = Optimizer<float>.Create(models.Train.Layout!, new Lamb { LearningRate = 0.01 });
        new Trainer<float>(models.Train, optimizer, settings.Options with { MaxSteps = 4 }).Run(parameters);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(parameters.AsSpan()))), (string?)report["parametersSha256"]);
    }

    [Fact]
    public void Each_of_many_optimizers_starts_from_the_same_weights()
    {
        JsonArray runs = Tool.Json(["train", "--model", "mlp", "--hidden", "16", "--dropout", "0.5", "--optimizer", "all", "--max-steps",
            "2"])["runs"]!.AsArray();
        Assert.True(runs.Count > 15);
        JsonNode alone =
            Tool.Json(["train", "--model", "mlp", "--hidden", "16", "--dropout", "0.5", "--optimizer", "sgd", "--max-steps", "2"]);
        Assert.Equal(
            (string?)alone["parametersSha256"], (string?)runs.Single(run => (string?)run!["optimizer"] == "sgd")!["parametersSha256"]);
    }

    [Fact]
    public void A_learning_rate_is_found_and_curvature_is_measured_without_dropout()
    {
        JsonNode report = Tool.Json(["lr-find", "--model", "mlp", "--hidden", "16", "--optimizer", "adamw"]);
        Assert.InRange((double)report["suggestedRate"]!, 1e-3, 1);
        JsonNode withDropout =
            Tool.Json(["lr-find", "--model", "mlp", "--hidden", "16", "--optimizer", "adamw", "--dropout", "0.2", "--steps", "10"]);
        Assert.Equal((double)report["curvature"]!, (double)withDropout["curvature"]!);
        Assert.True((bool)report["curvatureHasConverged"]!);
    }

    [Theory]
    [InlineData("managed", 0, "products by managed")]
    [InlineData("mlk", 2, "HPCOPT_BLAS is 'mlk'; expected auto, mkl, openblas")]
    [InlineData("/no/such/libblas.so", 4, "HPCOPT_BLAS=/no/such/libblas.so: there is no such file")]
    public async Task The_environment_chooses_the_provider(string provider, int exitCode, string message)
    {
        (int code, string output, string error) =
            await Tool.RunProcess(["train", "--model", "mlp", "--hidden", "8", "--epochs", "1"], ("HPCOPT_BLAS", provider));
        Assert.Equal(exitCode, code);
        Assert.Contains(message, exitCode == 0 ? output : error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--hidden 64", "--hidden is given without --model mlp")]
    [InlineData("--model softmax --dropout 0.5", "--dropout is given without --model mlp")]
    [InlineData("--model mlp --hidden 0", "--hidden is '0'; expected whole numbers from 1")]
    [InlineData("--model mlp --hidden 64,,64", "--hidden is '64,,64'")]
    [InlineData(
        "--model mlp --hidden 100000,100000", "layers of 64-100000-100000-10 have 10007600010 parameters; expected at most 2147483591")]
    [InlineData("--model mlp --dropout 1", "--dropout is '1'; expected a number from 0 to less than 1")]
    [InlineData("--model mlp --dropout -0.1", "--dropout is '-0.1'")]
    [InlineData("--model mlp --activation sigmoid", "--activation is 'sigmoid'; expected relu, tanh, gelu")]
    [InlineData("--model mlp --init xavier", "--init is 'xavier'; expected he, glorot")]
    [InlineData("--model mlp --micro-batch 0", "--micro-batch is '0'; expected a whole number from 1")]
    [InlineData("--model mlp --loss hinge", "--loss is 'hinge'; expected softmax, squared")]
    public void What_cannot_be_meant_is_answered_by_one_line(string options, string message)
    {
        (int code, string output, string error) = Tool.Run(["train", .. options.Split(' ')]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }
}
