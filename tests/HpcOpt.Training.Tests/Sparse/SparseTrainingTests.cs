using System.Numerics;

namespace HpcOpt.Training.Tests.Sparse;

/// <summary>Training on sparse rows: dense results where the steps are equal, and the same bits for any number of threads.</summary>
public sealed class SparseTrainingTests
{
    private const int Rows = 60;
    private const int Features = 21;
    private const int Classes = 11;

    public static TheoryData<string> LikeDense => ["sgd", "sgd with decay", "adagrad", "rmsprop"];

    [Theory, MemberData(nameof(LikeDense))]
    public void Equals_training_on_the_same_rows_written_out(string name)
    {
        SparseDataSet<double> data = Data<double>();
        double[] sparse = Train(new SparseSoftmaxRegression<double>(data), name, new TrainingOptions { BatchSize = 2, MaxEpochs = 3 },
            out TrainingResult result);
        double[] dense = Train(new SoftmaxRegression<double>(Dense(data)), name, new TrainingOptions { BatchSize = 2, MaxEpochs = 3 },
            out TrainingResult expected);
        Assert.All(dense.Zip(sparse), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
        Assert.Equal(expected.TrainLoss, result.TrainLoss, 1e-11);
        Assert.Equal(expected.Steps, result.Steps);
        Assert.InRange(result.ParametersUpdated, 1, expected.ParametersUpdated - 1);
        Assert.All(expected.History.Zip(result.History), pair => Assert.Equal(pair.First.GradientNorm, pair.Second.GradientNorm, 1e-10));
    }

    [Fact]
    public void Has_the_same_bits_for_any_number_of_threads()
    {
        // So large that a batch is worth two threads in each of its passes.
        SparseDataSet<float> data = TestData.Sparse(TestData.Random<float>(200, 600, classes: 40));
        float[] one = Train(1), two = Train(2);
        Assert.Equal(one, two);

        float[] Train(int threads)
        {
            Execution execution = new(threads: threads);
            return SparseTrainingTests.Train(new SparseSoftmaxRegression<float>(data, execution), "adagrad",
                new TrainingOptions { BatchSize = 64, MaxEpochs = 2 }, out _, execution);
        }
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("adamw")]
    [InlineData("lion")] // has no sparse steps: dense ones
    public void Every_optimizer_lowers_the_loss(string name)
    {
        SparseSoftmaxRegression<float> model = new(Data<float>());
        Train(model, name, new TrainingOptions { BatchSize = 4, MaxEpochs = 20 }, out TrainingResult result);
        Assert.InRange(result.TrainLoss, 0, 0.8 * Math.Log(Classes));
    }

    [Fact]
    public void Stopping_rules_see_the_sparse_gradient()
    {
        SparseSoftmaxRegression<double> model = new(Data<double>());
        Train(model, "sgd", new TrainingOptions { BatchSize = TrainingOptions.FullBatch, GradientTolerance = 0.05, MaxEpochs = 10_000 },
            out TrainingResult byNorm);
        Assert.Equal(StopReason.GradientTolerance, byNorm.Stop);
        Train(model, "adagrad", new TrainingOptions { BatchSize = 8, StalledRate = 1e3, MaxEpochs = 50 }, out TrainingResult byRate);
        Assert.Equal(StopReason.StalledRate, byRate.Stop);
        Assert.Equal(1, byRate.Epochs);
        Train(model, "adagrad", new TrainingOptions { BatchSize = 8, StalledRate = 1e-9, MaxEpochs = 3 }, out TrainingResult toEnd);
        Assert.Equal(StopReason.MaxEpochs, toEnd.Stop);
    }

    [Fact]
    public void Gradients_of_another_shape_and_wrong_data_are_refused()
    {
        SparseSoftmaxRegression<double> model = new(Data<double>());
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => model.Gradient(new double[model.ParameterCount], [0], new SparseGradient<double>(model.ParameterCount)));
        Assert.Contains($"in rows of 1; expected {model.ParameterCount} in rows of {Classes}", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("starts", () => new SparseDataSet<double>([0, 2], [0], [1], [1], 1));
        Assert.Throws<ArgumentException>("starts", () => new SparseDataSet<double>([0, 1, 0, 1], [0], [1], [1, 1, 1], 1));
        Assert.Throws<ArgumentException>("columns", () => new SparseDataSet<double>([0, 1], [1], [1], [1], 1));
        Assert.Throws<ArgumentException>("values", () => new SparseDataSet<double>([0, 1], [0], [double.NaN], [1], 1));
        Assert.Throws<ArgumentException>("values", () => new SparseDataSet<double>([0, 1], [0], [], [1], 1));
        Assert.Throws<ArgumentException>("targets", () => new SparseDataSet<double>([0, 1], [0], [1], [2], 1, [3, 4]));
        Assert.Throws<ArgumentException>(
            "data", () => new SparseSoftmaxRegression<double>(new SparseDataSet<double>([0, 1], [0], [1], [2], 1)));
    }

    [Fact]
    public void A_split_shares_no_row_and_misses_none()
    {
        SparseDataSet<double> data = Data<double>();
        (SparseDataSet<double> train, SparseDataSet<double> test) = data.Split(0.25, seed: 7);
        Assert.Equal(15, test.RowCount);
        Assert.Equal(data.RowCount, train.RowCount + test.RowCount);
        Assert.Equal(data.Values.ToArray().Order(), [.. train.Values.ToArray().Concat(test.Values.ToArray()).Order()]);
    }

    private static T[] Train<T>(
        IModel<T> model, string name, TrainingOptions options, out TrainingResult result, Execution? execution = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Optimizer<T> optimizer = name switch
        {
            "sgd" => Create(new Sgd { LearningRate = 1 }),
            "sgd with decay" => Create(new Sgd { LearningRate = 0.5, WeightDecay = 0.01 }),
            "adagrad" => Create(new AdaGrad { LearningRate = 0.1 }),
            "rmsprop" => Create(new RmsProp { LearningRate = 0.01, Epsilon = 1e-3 }),
            "adam" => Create(new Adam { LearningRate = 0.05 }),
            "adamw" => Create(new AdamW { LearningRate = 0.05, WeightDecay = 0.1 }),
            _ => Create(new Lion { LearningRate = 0.01 }),
        };
        T[] parameters = new T[model.ParameterCount];
        result = new Trainer<T>(model, optimizer, options).Run(parameters);
        return parameters;

        Optimizer<T> Create<TRule>(TRule rule)
            where TRule : struct, IOptimizerRule => Optimizer<T>.Create(model.ParameterCount, rule, execution);
    }

    private static SparseDataSet<T> Data<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TestData.Sparse(TestData.Random<T>(Rows, Features, Classes));

    private static DataSet<T> Dense<T>(SparseDataSet<T> data)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] features = new T[data.RowCount * data.FeatureCount];
        for (int i = 0; i < data.RowCount; i++)
        {
            for (int e = data.Starts[i]; e < data.Starts[i + 1]; e++)
            {
                features[(i * data.FeatureCount) + data.Columns[e]] = data.Values[e];
            }
        }

        return new(features, data.Targets.ToArray(), [.. Enumerable.Range(0, data.FeatureCount).Select(j => $"x{j}")], data.ClassLabels);
    }
}
