using System.Runtime.InteropServices;
using HpcOpt.Blas;

namespace HpcOpt.Training.Tests.Models;

/// <summary>Networks learn, and a seed fixes what they learn.</summary>
public sealed class PerceptronTrainingTests
{
    private static readonly DataSet<double> Xor = new([0, 0, 0, 1, 1, 0, 1, 1], [0, 1, 1, 0], ["a", "b"], [0, 1]);

    [Theory]
    [InlineData(Activation.Relu, 0.2)]
    [InlineData(Activation.Tanh, 0)]
    [InlineData(Activation.Gelu, 0)]
    public void Digits_are_learned(Activation activation, double dropout)
    {
        (DataSet<double> train, DataSet<double> test) =
            TestData.Table("digits.csv.gz").ToDataSet("last", TargetKind.Class).Split(0.2, seed: 0);
        Standardizer standardizer = new(train);
        MultilayerPerceptronOptions options = new() { Hidden = [64, 64], Activation = activation, Dropout = dropout };
        MultilayerPerceptron<float> model = new(standardizer.Transform<float>(train), options);
        float[] parameters = new float[model.ParameterCount];
        model.Initialize(parameters);
        using Optimizer<float> optimizer = Optimizer<float>.Create(model.Layout, new AdamW { LearningRate = 0.003 });
        TrainingResult result = new Trainer<float>(model, optimizer, new() { MaxEpochs = 12 }).Run(
            parameters, new MultilayerPerceptron<float>(standardizer.Transform<float>(test), options));
        Assert.InRange(result.TestAccuracy!.Value, 0.97, 1);
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Gelu)]
    public void Exclusive_or_is_learned(Activation activation)
    {
        MultilayerPerceptron<double> model = new(Xor, new() { Hidden = [8], Activation = activation });
        double[] parameters = new double[model.ParameterCount];
        model.Initialize(parameters);
        using Optimizer<double> optimizer = Optimizer<double>.Create(model.ParameterCount, new Adam { LearningRate = 0.05 });
        TrainingResult result =
            new Trainer<double>(model, optimizer, new() { BatchSize = TrainingOptions.FullBatch, MaxEpochs = 500 }).Run(parameters);
        Assert.InRange(result.TrainLoss, 0, 0.05);
        Assert.Equal(1, model.Accuracy(parameters));
    }

    [Fact]
    public void A_curve_is_fitted()
    {
        double[] x = [.. Enumerable.Range(0, 64).Select(i => i / 32.0 - 1)];
        DataSet<double> data = new(x, [.. x.Select(v => v * v)], ["x"]);
        MultilayerPerceptron<double> model = new(data, new() { Hidden = [16], Activation = Activation.Tanh });
        double[] parameters = new double[model.ParameterCount];
        model.Initialize(parameters);
        using Optimizer<double> optimizer = Optimizer<double>.Create(model.ParameterCount, new Adam { LearningRate = 0.02 });
        TrainingResult result = new Trainer<double>(model, optimizer, new() { BatchSize = 16, MaxEpochs = 300 }).Run(parameters);
        Assert.InRange(result.TrainLoss, 0, 2e-4);
        Assert.Equal(0.25, model.Predict(parameters, 16), tolerance: 0.05);
        Assert.Null(model.Accuracy(parameters));
    }

    // Large enough for two threads, and odd, so that every width has a tail.
    [Fact]
    public void A_seed_fixes_every_bit_on_every_path_and_number_of_threads()
    {
        byte[] expected = Train(seed: 3, new Execution(ExecutionPath.Parse("scalar"), threads: 1));
        foreach (ExecutionPath path in ExecutionPath.Supported)
        {
            foreach (int threads in (int[])[1, 2])
            {
                Assert.True(expected.AsSpan().SequenceEqual(Train(seed: 3, new Execution(path, threads))), $"{path}, {threads} threads");
            }
        }

        Assert.False(expected.AsSpan().SequenceEqual(Train(seed: 4, new Execution(threads: 1))));
    }

    private static byte[] Train(ulong seed, Execution execution)
    {
        MultilayerPerceptron<float> model = new(
            TestData.Random<float>(200, 33, classes: 3),
            new() { Hidden = [301, 203], Activation = Activation.Gelu, Dropout = 0.2, Seed = seed, MicroBatch = 70 },
            new LinearAlgebra("managed", execution));
        float[] parameters = new float[model.ParameterCount];
        model.Initialize(parameters);
        using Optimizer<float> optimizer = Optimizer<float>.Create(model.Layout, new AdamW(), execution: execution);
        new Trainer<float>(model, optimizer, new() { BatchSize = 100, MaxEpochs = 2 }).Run(parameters);
        return MemoryMarshal.AsBytes<float>(parameters).ToArray();
    }
}
