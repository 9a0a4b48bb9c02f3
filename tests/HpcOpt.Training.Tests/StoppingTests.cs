namespace HpcOpt.Training.Tests;

/// <summary>Each criterion ends a run where it is met, and no epoch earlier. On ½aθ² a step multiplies θ by 1 - ηa.</summary>
public sealed class StoppingTests
{
    private static readonly TrainingOptions Full = new() { BatchSize = TrainingOptions.FullBatch, MaxEpochs = 100 };

    [Fact]
    public void Parameters_that_hardly_change()
    {
        // θ halves: each epoch changes it by half of itself.
        Assert.Equal((StopReason.ParameterTolerance, 1), Run(Full with { ParameterTolerance = 0.5 }));
        Assert.Equal((StopReason.MaxEpochs, 100), Run(Full with { ParameterTolerance = 0.49 }));
        Assert.Equal((StopReason.ParameterTolerance, 1), Run(Full with { ParameterTolerance = 0 }, rate: 1e-300));
    }

    [Fact]
    public void A_stalled_effective_learning_rate()
    {
        // SGD's is η by a schedule; 0.5/√(1+t) falls below 0.1 after t = 24.
        InverseSquareRootSchedule falling = new(tau: 1);
        int expected = Enumerable.Range(1, 100).First(t => 0.5 * falling.Factor(t) < 0.1);
        Assert.Equal((StopReason.StalledRate, expected), Run(Full with { StalledRate = 0.1 }, schedule: falling));

        // AdaGrad's is η/√G with G = 1 + 0.5625 + …: its own parameters must end the run, too.
        Square model = new();
        using Optimizer<double> adaGrad = Optimizer<double>.Create(1, new AdaGrad { LearningRate = 0.25, Epsilon = 0 });
        TrainingResult result = new Trainer<double>(model, adaGrad, Full with { StalledRate = 0.2 }).Run([1]);
        Assert.Equal(StopReason.StalledRate, result.Stop);
        Assert.True(0.25 / Math.Sqrt(adaGrad.State[0].AsSpan<double>()[0]) < 0.2);

        // Without a gradient nothing is known.
        Assert.Equal((StopReason.MaxEpochs, 100), Run(Full with { StalledRate = 1 }, start: 0));
    }

    [Fact]
    public void Patience_returns_the_best_epoch()
    {
        // The validation loss is least at θ = 0.3: after 2 steps from 1, at 0.25.
        Square model = new();
        using Optimizer<double> optimizer = Optimizer<double>.Create(1, new Sgd { LearningRate = 0.5 });
        double[] theta = [1];
        TrainingResult result =
            new Trainer<double>(model, optimizer, Full with { Patience = 3 }).Run(theta, validation: new Square(minimum: 0.3));
        Assert.Equal((StopReason.Patience, 5L, 2L), (result.Stop, result.Steps, result.ParametersStep));
        Assert.Equal([0.25], theta);
        Assert.Equal(0.5 * 0.25 * 0.25, result.TrainLoss);
        Assert.Equal(0.5 * 0.05 * 0.05, result.History[1].ValidationLoss!.Value, 1e-15);
    }

    [Fact]
    public void Patience_returns_the_best_epoch_whatever_ends_the_run()
    {
        double[] theta = [1];
        Square model = new();
        using Optimizer<double> optimizer = Optimizer<double>.Create(1, new Sgd { LearningRate = 0.5 });
        TrainingResult result = new Trainer<double>(model, optimizer, Full with { Patience = 30, MaxEpochs = 4 }).Run(
            theta, validation: new Square(minimum: 0.3));
        Assert.Equal((StopReason.MaxEpochs, 2L, 0.25), (result.Stop, result.ParametersStep, theta[0]));
    }

    [Fact]
    public void The_first_criterion_that_is_met_is_named()
    {
        TrainingOptions both = Full with { TargetLoss = 0.01, MaxSteps = 50, ParameterTolerance = 0.1 };
        Assert.Equal((StopReason.TargetLoss, 3), Run(both));
        Assert.Equal((StopReason.MaxSteps, 2), Run(both with { MaxSteps = 2 }));
    }

    [Fact]
    public void What_no_criterion_can_mean_is_refused()
    {
        foreach (TrainingOptions options in (TrainingOptions[])[Full with { ParameterTolerance = -1 }, Full with { StalledRate = 0 },
            Full with { Patience = 0 }])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Run(options));
        }

        Assert.Contains("Patience is 2 without validation rows",
            Assert.Throws<ArgumentException>(() => Run(Full with { Patience = 2 })).Message, StringComparison.Ordinal);
    }

    private static (StopReason Stop, int Steps) Run(TrainingOptions options, double rate = 0.5, double start = 1, Schedule? schedule = null)
    {
        using Optimizer<double> optimizer = Optimizer<double>.Create(1, new Sgd { LearningRate = rate });
        optimizer.Schedule = schedule;
        TrainingResult result = new Trainer<double>(new Square(), optimizer, options).Run([start]);
        return (result.Stop, (int)result.Steps);
    }

    /// <summary>½(θ - c)²</summary>
    private sealed class Square(double minimum = 0) : IModel<double>
    {
        public int ParameterCount => 1;

        public int RowCount => 1;

        public double Gradient(ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            gradient[0] = parameters[0] - minimum;
            return Loss(parameters);
        }

        public double Loss(ReadOnlySpan<double> parameters) => 0.5 * (parameters[0] - minimum) * (parameters[0] - minimum);

        public double? Accuracy(ReadOnlySpan<double> parameters) => null;
    }
}
