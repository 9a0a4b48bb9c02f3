using System.Runtime.InteropServices;

namespace HpcOpt.Training.Tests.Resuming;

/// <summary>What comes from outside may fail: trainer, optimizer and parameters are then as before, and the run can go on.</summary>
public sealed class FailureLaws
{
    public static TheoryData<string> Places =>
    [
        "schedule", "NaN schedule", "negative schedule", "model", "validation", "progress",
        "rule before a step", "rule after a step", "rule after an epoch",
    ];

    [Theory, MemberData(nameof(Places))]
    public void An_error_changes_nothing_and_the_run_goes_on(string place)
    {
        using Scene whole = new("nowhere", failAt: 0), broken = new(place, failAt: 7);
        TrainingResult expected = whole.Run();
        (byte[] Theta, byte[] State, long Steps) before = default;
        broken.Failing = () => before = broken.Carried();
        Exception error = Assert.ThrowsAny<Exception>(() => broken.Run());
        Assert.Contains(place.Contains("schedule", StringComparison.Ordinal) && place != "schedule" ? "expected a finite number of at " +
            "least 0" : "outside", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Theta, broken.Carried().Theta);
        Assert.Equal(before.Steps, broken.Carried().Steps);
        Assert.Equal(before.State, broken.Carried().State);
        TrainingResult result = broken.Run();
        Assert.Equal((expected.Stop, expected.Steps, expected.TrainLoss), (result.Stop, result.Steps, result.TrainLoss));
        Assert.Equal(whole.Theta, broken.Theta);
        Assert.Equal(expected.EpochLosses, result.EpochLosses);
        Assert.Equal(whole.Counter.Seen, broken.Counter.Seen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(45)]
    public void A_model_may_fail_in_a_line_search(int call)
    {
        double[] expected = [-1.2, 1, 0.3], theta = [-1.2, 1, 0.3];
        TrainingOptions options = new() { BatchSize = TrainingOptions.FullBatch, MaxEpochs = 40 };
        TrainingResult whole = new Trainer<double>(Valley(0), new Lbfgs(), options).Run(expected);
        Trainer<double> trainer = new(Valley(call), new Lbfgs(), options);
        Assert.Throws<InvalidDataException>(() => trainer.Run(theta));
        TrainingResult result = trainer.Run(theta);
        Assert.Equal(expected, theta);
        Assert.Equal((whole.Stop, whole.Steps, whole.Evaluations), (result.Stop, result.Steps, result.Evaluations));
        Assert.Equal(whole.TrainLoss, result.TrainLoss);
    }

    [Fact]
    public void Dropout_repeats_the_batch_at_which_a_rule_failed()
    {
        float[] expected = Train(0, 1), theta = Train(5, 2);
        Assert.Equal(expected, theta);

        static float[] Train(int failAt, int calls)
        {
            MultilayerPerceptron<float> model = new(
                TestData.Random<float>(23, 3, classes: 4), new() { Hidden = [5], Dropout = 0.3 }, TestData.ManagedProducts);
            using Optimizer<float> optimizer = Optimizer<float>.Create(model.ParameterCount, new Sgd { LearningRate = 0.1 });
            Trainer<float> trainer = new(model, optimizer, new() { BatchSize = 4, MaxEpochs = 3, Rules = [new FailingRule(failAt)] });
            float[] theta = new float[model.ParameterCount];
            model.Initialize(theta);
            for (int call = 1; call < calls; call++)
            {
                Assert.Throws<InvalidDataException>(() => trainer.Run(theta));
            }

            trainer.Run(theta);
            return theta;
        }
    }

    [Fact]
    public void A_start_that_is_refused_may_be_replaced()
    {
        FunctionObjective<double> model = new(1, (theta, gradient) =>
        {
            gradient[0] = 2 * theta[0];
            return theta[0] < 0 ? double.NaN : theta[0] * theta[0];
        });
        Trainer<double> trainer = new(model, new Lbfgs(), new() { BatchSize = TrainingOptions.FullBatch, GradientTolerance = 1e-9 });
        Assert.Throws<ArgumentException>("parameters", () => trainer.Run([-1]));
        double[] theta = [1];
        Assert.Equal(StopReason.GradientTolerance, trainer.Run(theta).Stop);
        Assert.Equal(0, theta[0], 1e-9);
    }

    [Fact]
    public void A_trainer_that_runs_is_not_entered_twice()
    {
        RecordingModel model = new(4);
        using Optimizer<double> optimizer = Optimizer<double>.Create(2, new Sgd());
        Trainer<double> trainer = new(model, optimizer, new());
        Assert.Throws<InvalidOperationException>(() => trainer.Run([1, 1], progress: _ => trainer.Run([1, 1])));
    }

    private static FunctionObjective<double> Valley(int failAt)
    {
        int calls = 0;
        return new(3, (x, gradient) =>
        {
            if (++calls == failAt)
            {
                throw new InvalidDataException("outside");
            }

            double loss = 0;
            gradient.Clear();
            for (int i = 0; i < 2; i++)
            {
                double off = x[i + 1] - x[i] * x[i], left = 1 - x[i];
                loss += 100 * off * off + left * left;
                gradient[i] += -400 * off * x[i] - 2 * left;
                gradient[i + 1] += 200 * off;
            }

            return loss;
        });
    }

    /// <summary>A run in which one of the parts from outside fails once, at its n-th call.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly string _place;
        private readonly Optimizer<double> _optimizer;
        private readonly Trainer<double> _trainer;
        private readonly RowObjective<double> _model;
        private readonly FunctionObjective<double> _validation;
        private int _left;

        public Scene(string place, int failAt)
        {
            (_place, _left) = (place, failAt);
            LogisticRegression<double> inner = new(TestData.Random<double>(23, 3, classes: 2));
            _model = new(inner.ParameterCount, 23, (theta, rows, gradient) =>
            {
                Fail("model");
                return inner.Gradient(theta, rows, gradient);
            });
            _validation = new(inner.ParameterCount, (theta, _) =>
            {
                Fail("validation");
                if (_place == "rule after an epoch" && _left == 1)
                {
                    Failing?.Invoke(); // the epoch is not recorded yet
                }

                return inner.Loss(theta);
            });
            _optimizer = Optimizer<double>.Create(inner.ParameterCount, new AdamW { LearningRate = 0.1 });
            _optimizer.Schedule = new FailingSchedule(this);
            TrainingOptions options = new() { BatchSize = 4, Accumulate = 2, MaxEpochs = 9, Patience = 9 };
            _trainer = new(_model, _optimizer, options with { Rules = [Counter, new Rule(this)] });
            Theta = new double[inner.ParameterCount];
        }

        /// <summary>Called when the part is about to fail.</summary>
        public Action? Failing { get; set; }

        public AskedRule Counter { get; } = new();

        public double[] Theta { get; }

        public TrainingResult Run() => _trainer.Run(Theta, validation: _validation, progress: report =>
        {
            if (report.EpochEnded)
            {
                Fail("progress");
            }
        });

        /// <summary>θ, the state without clocks, and the optimizer's steps. The counting rule has seen the moment that is about to
        /// fail.</summary>
        public (byte[] Theta, byte[] State, long Steps) Carried()
        {
            string[] moving = ["seconds", "optimizerSeconds", "rule1.seen"];
            byte[] state = [.. StateSnapshot.Of(_trainer).Where(entry => !moving.Contains(entry.Name)).SelectMany(Bytes)];
            return (MemoryMarshal.AsBytes(Theta.AsSpan()).ToArray(), state, _optimizer.StepCount);

            static unsafe byte[] Bytes(StateEntry entry) => new ReadOnlySpan<byte>(entry.Address, (int)entry.ByteLength).ToArray();
        }

        public void Dispose() => _optimizer.Dispose();

        private void Fail(string place)
        {
            if (IsDue(place))
            {
                throw new InvalidDataException("outside");
            }
        }

        private bool IsDue(string place)
        {
            bool isDue = place == _place && --_left == 0;
            if (isDue && place != "rule after an epoch")
            {
                Failing?.Invoke();
            }

            return isDue;
        }

        private sealed class FailingSchedule(Scene scene) : Schedule
        {
            protected override double FactorAt(long step)
            {
                scene.Fail("schedule");
                return scene.IsDue("NaN schedule") ? double.NaN : scene.IsDue("negative schedule") ? -1 : 1.0 / step;
            }
        }

        private sealed class Rule(Scene scene) : IStoppingRule
        {
            public bool StopsBeforeStep(TrainingView run)
            {
                scene.Fail("rule before a step");
                return false;
            }

            public bool StopsAfterStep(TrainingView run)
            {
                scene.Fail("rule after a step");
                return false;
            }

            public bool StopsAfterEpoch(TrainingView run)
            {
                scene.Fail("rule after an epoch");
                return false;
            }
        }
    }

    /// <summary>Fails once, at its n-th call.</summary>
    private sealed class FailingRule(int failAt) : IStoppingRule
    {
        private int _calls;

        public bool StopsBeforeStep(TrainingView run) => ++_calls == failAt ? throw new InvalidDataException("outside") : false;
    }

    /// <summary>Counts what it is asked.</summary>
    internal sealed class AskedRule : IStoppingRule, IStateful
    {
        private long _seen;

        public long Seen => _seen;

        public bool StopsBeforeStep(TrainingView run) => ++_seen < 0;

        public bool StopsAfterStep(TrainingView run) => ++_seen < 0;

        public void VisitState(StateVisitor visitor) => visitor.Integer("seen", ref _seen);
    }
}
