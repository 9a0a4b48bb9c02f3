using System.Numerics;
using System.Text.Json;

namespace HpcOpt.Training.Tests;

/// <summary>Training reaches the estimates of independent programs, in the units of the columns.</summary>
public sealed class EstimateTests
{
    [Theory]
    [InlineData("spector.csv")]
    [InlineData("grunfeld.csv")]
    public void Full_batch_adam_reaches_the_published_estimates(string file)
    {
        Reaches<double>(file);
        Reaches<float>(file);
    }

    [Fact]
    public void Full_batch_adam_reaches_the_poisson_estimates()
    {
        using Stream stream = TestData.Open("poisson-estimates.json");
        JsonElement golden = JsonDocument.Parse(stream).RootElement;
        DataSet<double> raw = TestData.Table("grunfeld-counts.csv").ToDataSet("count", TargetKind.Count);
        Standardizer standardizer = new(raw, keepTarget: true);
        PoissonRegression<double> model = new(standardizer.Transform<double>(raw));
        double[] parameters = new double[model.ParameterCount];
        using Optimizer<double> optimizer = Optimizer<double>.Create(parameters.Length, new Adam { LearningRate = 0.01 });
        TrainingResult result = new Trainer<double>(model, optimizer,
            new() { BatchSize = TrainingOptions.FullBatch, MaxEpochs = 20_000, GradientTolerance = 1e-8 }).Run(parameters);
        Assert.Equal(StopReason.GradientTolerance, result.Stop);
        IReadOnlyDictionary<string, double> coefficients = standardizer.Coefficients<double>(parameters);
        Assert.All(golden.GetProperty("coefficients").EnumerateObject(), expected =>
            Assert.InRange(coefficients[expected.Name] / expected.Value.GetDouble(), 1 - 1e-7, 1 + 1e-7));
        Assert.Equal(golden.GetProperty("mean_loss").GetDouble(), result.TrainLoss, tolerance: 1e-12);
    }

    [Fact]
    public void Softmax_reads_digits()
    {
        DataSet<double> all = TestData.Table("digits.csv.gz").ToDataSet("last", TargetKind.Class);
        (DataSet<double> train, DataSet<double> test) = all.Split(0.2, seed: 1);
        Standardizer standardizer = new(train);
        SoftmaxRegression<float> model = new(standardizer.Transform<float>(train));
        using Optimizer<float> optimizer = Optimizer<float>.Create(model.ParameterCount, new Adam { LearningRate = 0.01 });
        TrainingResult result = new Trainer<float>(model, optimizer, new() { MaxEpochs = 10 })
            .Run(new float[model.ParameterCount], new SoftmaxRegression<float>(standardizer.Transform<float>(test)));
        Assert.InRange(result.TestAccuracy!.Value, 0.95, 1);
        Assert.InRange(result.TestLoss!.Value, 0.05, 0.2);
    }

    private static void Reaches<T>(string file)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Stream stream = TestData.Open("estimates.json");
        JsonElement golden = JsonDocument.Parse(stream).RootElement.GetProperty(file);
        bool logistic = golden.GetProperty("model").GetString() == "logistic";
        string[] features = [.. golden.GetProperty("features").EnumerateArray().Select(name => name.GetString()!)];
        DataSet<double> raw = TestData.Table(file).ToDataSet(
            golden.GetProperty("target").GetString()!, logistic ? TargetKind.ZeroOne : TargetKind.Value, features);
        Standardizer standardizer = new(raw);
        DataSet<T> data = standardizer.Transform<T>(raw);
        IModel<T> model = logistic ? new LogisticRegression<T>(data) : new LinearRegression<T>(data);
        T[] parameters = new T[model.ParameterCount];
        using Optimizer<T> optimizer = Optimizer<T>.Create(parameters.Length, new Adam { LearningRate = 0.01 });
        TrainingResult result = new Trainer<T>(model, optimizer,
            new() { BatchSize = TrainingOptions.FullBatch, MaxEpochs = 20_000, GradientTolerance = 1e-5 }).Run(parameters);
        Assert.Equal(StopReason.GradientTolerance, result.Stop);
        IReadOnlyDictionary<string, double> coefficients = standardizer.Coefficients<T>(parameters);
        Assert.Equal(features.Length + 1, coefficients.Count);
        foreach (JsonProperty expected in golden.GetProperty("coefficients").EnumerateObject())
        {
            Assert.InRange(coefficients[expected.Name] / expected.Value.GetDouble(), 1 - 1e-3, 1 + 1e-3);
        }

        if (logistic)
        {
            Assert.Equal(golden.GetProperty("mean_loss").GetDouble(), result.TrainLoss, tolerance: 1e-6);
        }
    }
}
