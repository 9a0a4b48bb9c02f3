namespace HpcOpt.Training.Tests.Models;

public sealed class ObjectiveTests
{
    [Fact]
    public void Unusable_definitions_are_refused()
    {
        DataSet<double> data = TestData.Random<double>(6, 2, classes: 0);
        Assert.Throws<ArgumentOutOfRangeException>("parameterCount", () => new FunctionObjective<double>(0, (_, _) => 0));
        Assert.Throws<ArgumentOutOfRangeException>("parameterCount", () => new RowObjective<double>(0, 1, (_, _, _) => 0));
        Assert.Throws<ArgumentOutOfRangeException>("rowCount", () => new RowObjective<double>(1, 0, (_, _, _) => 0));
        Assert.Throws<ArgumentOutOfRangeException>("parameterCount", () => new NonlinearLeastSquares<double>(data, 0, (_, _, _) => 0));
        Assert.Throws<ArgumentNullException>("function", () => new FunctionObjective<double>(1, null!));
        Assert.Throws<ArgumentException>(
            "data", () => new NonlinearLeastSquares<double>(TestData.Random<double>(6, 2, classes: 2), 1, (_, _, _) => 0));
    }

    [Fact]
    public void Objectives_have_no_accuracy() => Assert.Null(ModelTable.Create<double>("bowl").Accuracy([0, 0]));

    [Fact]
    public void Nonlinear_least_squares_of_a_line_is_linear_regression()
    {
        DataSet<double> data = TestData.Random<double>(9, 2, classes: 0);
        LinearRegression<double> linear = new(data);
        NonlinearLeastSquares<double> line = new(data, 3, (x, theta, gradient) =>
        {
            (gradient[0], gradient[1], gradient[2]) = (x[0], x[1], 1);
            return theta[0] * x[0] + theta[1] * x[1] + theta[2];
        });
        double[] parameters = TestData.Uniform<double>(3, stream: 5), expected = new double[3], actual = new double[3];
        Assert.Equal(linear.Gradient(parameters, [1, 4, 7], expected), line.Gradient(parameters, [1, 4, 7], actual), tolerance: 1e-15);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-15));
        Assert.Equal(linear.Loss(parameters), line.Loss(parameters), tolerance: 1e-15);
        Assert.Equal(linear.Predict(parameters, 2), line.Predict(parameters, 2), tolerance: 1e-15);
    }

    [Fact]
    public void A_function_trains_like_any_model()
    {
        IModel<double> bowl = ModelTable.Create<double>("bowl");
        double[] parameters = [-10, 5];
        using Optimizer<double> optimizer = Optimizer<double>.Create(2, new Sgd { LearningRate = 0.3 });
        TrainingResult result = new Trainer<double>(bowl, optimizer,
            new() { BatchSize = TrainingOptions.FullBatch, MaxEpochs = 200, TargetLoss = 1.01 }).Run(parameters);
        Assert.Equal(StopReason.TargetLoss, result.Stop);
        Assert.InRange(result.TrainLoss, 1, 1.01);
    }
}
