using HpcOpt.Blas;

namespace HpcOpt.Training.Tests;

public sealed class TrainerTests
{
    private const double Rate = 0.5; // θ halves with each step of the recording model

    [Fact]
    public void A_gradient_that_an_optimizer_refuses_ends_the_run_like_a_loss_that_is_not_finite()
    {
        // The loss stays finite; the gradient is infinite from the third step on.
        int calls = 0;
        FunctionObjective<double> model = new(parameterCount: 4, (theta, gradient) =>
        {
            theta.CopyTo(gradient);
            gradient[0] = ++calls > 2 ? double.PositiveInfinity : theta[0];
            return 1;
        });
        double[] parameters = [1, 2, 3, 4];
        using Optimizer<double> muon = new Muon().CreateOptimizer<double>(ParameterLayout.Pack(("matrix", [2, 2])));
        TrainingResult result =
            new Trainer<double>(model, muon, new TrainingOptions { Sampler = new FullBatch(1), MaxEpochs = 10 }).Run(parameters);
        Assert.Equal((StopReason.NonFiniteLoss, 2L), (result.Stop, result.Steps));
        Assert.Equal(2, muon.StepCount);
        Assert.All(parameters, parameter => Assert.True(double.IsFinite(parameter)));

        calls = 0;
        RangeTest test = RangeTest.Run<double>(model, [1, 2, 3, 4],
            () => new Muon().CreateOptimizer<double>(ParameterLayout.Pack(("matrix", [2, 2]))), new FullBatch(1), 1e-3, 1, steps: 10);
        Assert.True(test.HasDiverged);
    }

    [Theory]
    [InlineData(10, 1, 10, 1)]
    [InlineData(10, 3, 4, 1)]
    [InlineData(10, 5, 2, 5)]
    [InlineData(10, TrainingOptions.FullBatch, 1, 10)]
    [InlineData(10, 99, 1, 10)]
    public void An_epoch_is_a_partition_of_the_rows(int rows, int batchSize, int batches, int last)
    {
        RecordingModel model = new(rows);
        TrainingResult result = Run(model, new() { BatchSize = batchSize, MaxEpochs = 3 });
        Assert.Equal((3 * batches, 3, StopReason.MaxEpochs), (result.Steps, result.Epochs, result.Stop));
        Assert.Equal(3 * batches, model.Batches.Count);
        foreach (int[][] epoch in model.Batches.Chunk(batches))
        {
            Assert.Equal(Enumerable.Range(0, rows), epoch.SelectMany(batch => batch).Order());
            Assert.All(epoch[..^1], batch => Assert.Equal(batchSize, batch.Length));
            Assert.Equal(last, epoch[^1].Length);
        }
    }

    [Fact]
    public void The_order_follows_seed_and_epoch()
    {
        int[][] Order(ulong seed)
        {
            RecordingModel model = new(100);
            Run(model, new() { BatchSize = 50, MaxEpochs = 2, Seed = seed });
            return [.. model.Batches];
        }

        Assert.Equal(Order(1), Order(1));
        Assert.NotEqual(Order(1), Order(2));
        Assert.NotEqual(Order(1)[..2], Order(1)[2..]);
        int[] second = new int[100];
        Philox.FillPermutation(second, seed: 1, stream: 1);
        Assert.Equal(second, Order(1)[2].Concat(Order(1)[3])); // epoch 1 does not depend on epoch 0
    }

    /// <summary>From θ = (1, 1): the loss before step t is 4^-(t-1) and the gradient's norm √2 · 2^-(t-1).</summary>
    public static TheoryData<TrainingOptions, StopReason, long> Criteria => new()
    {
        { new() { BatchSize = 2, MaxEpochs = 7 }, StopReason.MaxEpochs, 14 },
        { new() { BatchSize = 2, MaxSteps = 5 }, StopReason.MaxSteps, 5 },
        { new() { BatchSize = 2, MaxSteps = 6 }, StopReason.MaxSteps, 6 },
        { new() { BatchSize = 0, MaxSteps = 6 }, StopReason.MaxSteps, 6 },
        { new() { BatchSize = 0, GradientTolerance = 1.5 / 8 }, StopReason.GradientTolerance, 3 },
        { new() { BatchSize = 0, TargetLoss = 1.0 / 16 }, StopReason.TargetLoss, 2 },
        { new() { BatchSize = 2, TargetLoss = 0.1 }, StopReason.TargetLoss, 4 },
        { new() { BatchSize = 0, LossTolerance = 0.76 }, StopReason.LossTolerance, 2 },
        { new() { BatchSize = 0, LossTolerance = 0.74, MaxEpochs = 9 }, StopReason.MaxEpochs, 9 },
    };

    [Theory, MemberData(nameof(Criteria))]
    public void Each_criterion_stops_where_it_is_met(TrainingOptions options, StopReason reason, long steps)
    {
        double[] parameters = [1, 1];
        TrainingResult result = Run(new RecordingModel(4), options, parameters);
        Assert.Equal((reason, steps, steps), (result.Stop, result.Steps, result.ParametersStep));
        Assert.Equal(Math.ScaleB(1, (int)-steps), parameters[0]);
        Assert.Equal(Math.ScaleB(1, (int)(-2 * steps)), result.TrainLoss);
        Assert.Equal(2 * steps, result.ParametersUpdated);
        Assert.Contains(reason.ToString(), result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_epoch_loss_is_the_mean_over_its_rows()
    {
        TrainingResult result = Run(new RecordingModel(5), new() { BatchSize = 2, MaxEpochs = 1 });
        Assert.Equal([(2 * 1.0 + 2 * 0.25 + 1 * 0.0625) / 5], result.EpochLosses);
    }

    // Two batches an epoch: call 6 is the second batch of epoch 2, whose first step began with θ after 4 steps.
    [Theory]
    [InlineData(2, 6, 5, 4)]
    [InlineData(2, 5, 4, 2)]
    [InlineData(0, 4, 3, 2)]
    [InlineData(0, 1, 0, 0)]
    public void A_non_finite_loss_restores_the_last_good_parameters(int batchSize, int badCall, long steps, long kept)
    {
        double[] parameters = [1, 1];
        TrainingResult result = Run(new RecordingModel(4, badCall), new() { BatchSize = batchSize }, parameters);
        Assert.Equal((StopReason.NonFiniteLoss, steps, kept), (result.Stop, result.Steps, result.ParametersStep));
        Assert.Equal(Math.ScaleB(1, (int)-kept), parameters[0]);
        Assert.Equal(Math.ScaleB(1, (int)(-2 * kept)), result.TrainLoss);
        Assert.Contains($"not finite after step {steps}", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_step_may_be_the_bad_one()
    {
        double[] parameters = [1, 1];
        TrainingResult result = Run(new RecordingModel(4), new() { BatchSize = 0, MaxEpochs = 1 }, parameters, rate: 1e300);
        Assert.Equal((StopReason.NonFiniteLoss, 1, 0), (result.Stop, result.Steps, result.ParametersStep));
        Assert.Equal([1.0, 1.0], parameters);
    }

    [Fact]
    public void A_run_is_reproducible_bit_for_bit()
    {
        float[] Train(ulong seed)
        {
            SoftmaxRegression<float> model = new(TestData.Random<float>(50, 5, classes: 3));
            using Optimizer<float> optimizer = Optimizer<float>.Create(model.ParameterCount, new Adam());
            float[] parameters = new float[model.ParameterCount];
            new Trainer<float>(model, optimizer, new() { BatchSize = 8, MaxEpochs = 5, Seed = seed }).Run(parameters);
            return parameters;
        }

        Assert.Equal(Train(1), Train(1));
        Assert.NotEqual(Train(1), Train(2));
    }

    [Fact]
    public void Progress_closes_every_epoch_and_cancellation_stops_between_steps()
    {
        using CancellationTokenSource source = new();
        List<TrainingProgress> reports = [];
        RecordingModel model = new(4);
        using Optimizer<double> optimizer = Optimizer<double>.Create(2, new Sgd { LearningRate = Rate });
        TrainingResult result =
            new Trainer<double>(model, optimizer, new() { BatchSize = 2, MaxEpochs = 10 }).Run([1, 1], progress: report =>
        {
            reports.Add(report);
            if (report.Step == 6)
            {
                source.Cancel();
            }
        }, cancellation: source.Token);
        Assert.Equal((StopReason.Canceled, 6, 3), (result.Stop, result.Steps, result.Epochs));
        TrainingProgress[] epochs = [.. reports.Where(report => report.EpochEnded)];
        Assert.Equal([1, 2, 3], epochs.Select(report => report.Epoch));
        Assert.Equal([0.1, 0.2, 0.3], epochs.Select(report => report.Share), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(result.EpochLosses, epochs.Select(report => report.Loss));
        Assert.All(epochs, report => Assert.Equal(Rate, report.LearningRate));
    }

    public static TheoryData<TrainingOptions, string, string> BadOptions => new()
    {
        { new() { BatchSize = -1 }, nameof(TrainingOptions.BatchSize), "at least 1, or 0" },
        { new() { MaxEpochs = 0 }, nameof(TrainingOptions.MaxEpochs), "at least 1" },
        { new() { MaxSteps = 0 }, nameof(TrainingOptions.MaxSteps), "at least 1" },
        { new() { BatchSize = 0, GradientTolerance = double.NaN }, nameof(TrainingOptions.GradientTolerance), "finite, at least 0" },
        { new() { BatchSize = 2, GradientTolerance = 1e-3 }, nameof(TrainingOptions.GradientTolerance), "null unless BatchSize is 0" },
        { new() { LossTolerance = -1 }, nameof(TrainingOptions.LossTolerance), "finite, at least 0" },
        { new() { TargetLoss = double.PositiveInfinity }, nameof(TrainingOptions.TargetLoss), "finite" },
    };

    [Theory, MemberData(nameof(BadOptions))]
    public void Options_outside_their_range_are_refused(TrainingOptions options, string name, string range) =>
        Assert.Contains($"expected {range}",
            Assert.Throws<ArgumentOutOfRangeException>(name, () => Run(new RecordingModel(4), options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Lengths_that_do_not_match_are_refused()
    {
        RecordingModel model = new(4);
        using Optimizer<double> wrong = Optimizer<double>.Create(3, new Sgd()), right = Optimizer<double>.Create(2, new Sgd());
        Assert.Throws<ArgumentException>("optimizer", () => new Trainer<double>(model, wrong, new()));
        Assert.Throws<ArgumentException>("model", () => new Trainer<double>(new RecordingModel(0), right, new()));
        Assert.Throws<ArgumentException>("parameters", () => new Trainer<double>(model, right, new()).Run(new double[3]));
        Assert.Throws<ArgumentException>("test", () => new Trainer<double>(model, right, new())
            .Run(new double[2], new LinearRegression<double>(TestData.Random<double>(2, 5, classes: 0))));
        Assert.Empty(model.Batches);
    }

    [Fact]
    public void The_history_tells_each_epoch_and_the_schedule_follows_its_losses()
    {
        RecordingModel model = new(10);
        using Optimizer<double> optimizer = Optimizer<double>.Create(2, new Sgd { LearningRate = 1e-9 });

        // The loss hardly falls, so the rate does: after each epoch but the first.
        optimizer.Schedule = new ReduceOnPlateauSchedule(gamma: 0.5, patience: 0);
        TrainingResult result =
            new Trainer<double>(model, optimizer, new() { BatchSize = 5, MaxEpochs = 4, EvaluateEachEpoch = true }).Run([1, 1], model);
        Assert.Equal([1, 2, 3, 4], result.History.Select(epoch => epoch.Epoch));
        Assert.Equal([2L, 4, 6, 8], result.History.Select(epoch => epoch.Step));
        Assert.Equal([1e-9, 1e-9, 0.5e-9, 0.25e-9], result.History.Select(epoch => epoch.LearningRate));
        Assert.All(result.History, epoch => Assert.Equal(result.TestLoss!.Value, epoch.TestLoss!.Value, 1e-6));
        Assert.All(result.History, epoch => Assert.True(epoch.GradientNorm > 0 && epoch.Seconds >= epoch.OptimizerSeconds));
        Assert.Equal(result.EpochLosses, result.History.Select(epoch => epoch.Loss));
    }

    [Fact]
    public void An_averaging_optimizer_returns_its_average()
    {
        RecordingModel model = new(10);
        using Optimizer<double> optimizer =
            Optimizer<double>.Create(2, new AveragedSgd { LearningRate = Rate, Decay = 0, AverageFrom = 0 });
        double[] parameters = [1, 1];
        new Trainer<double>(model, optimizer, new() { BatchSize = TrainingOptions.FullBatch, MaxEpochs = 4 }).Run(parameters);

        // θ halves: ½, ¼, ⅛, 1/16 with the weights 1, 1, ½, ⅓.
        Assert.Equal(0.14583333333333334, parameters[0], 1e-12);
    }

    private static TrainingResult Run(RecordingModel model, TrainingOptions options, double[]? parameters = null, double rate = Rate)
    {
        using Optimizer<double> optimizer = Optimizer<double>.Create(2, new Sgd { LearningRate = rate });
        return new Trainer<double>(model, optimizer, options).Run(parameters ?? [1, 1]);
    }
}
