namespace HpcOpt.Training.Tests.Resuming;

/// <summary>All objects of one run, made afresh by names; what they carry is the trainer's state.</summary>
internal sealed class ResumeCase : IDisposable
{
    public static TheoryData<string> Models => ["linear", "softmax", "sparse softmax", "dropout"];

    public static TheoryData<string> Optimizers => ["sgd", "adamw", "asgd", "schedule-free-adamw", "adagrad"];

    public static string[] Settings =>
    [
        "partition", "replacement", "stratified", "accumulate", "full", "patience", "target", "stall", "plateau", "steps", "own rule",
        "gradient", "change", "diverging",
    ];

    private readonly string _model;

    /// <param name="model">A name of <see cref="Models"/>.</param>
    /// <param name="optimizer">A name of <see cref="Optimizers"/>, or <c>lbfgs</c>.</param>
    /// <param name="setting">One of <see cref="Settings"/>.</param>
    public ResumeCase(string model, string optimizer, string setting)
    {
        _model = model;
        Model = Create();
        Validation = setting switch
        {
            "patience" => new FunctionObjective<float>(Model.ParameterCount, FarFromTarget),
            "plateau" => Create(),
            _ => null,
        };
        Options = With(setting);
        if (optimizer == "lbfgs")
        {
            Trainer = new(Model, new Lbfgs { Memory = 3 }, Options);
            return;
        }

        Optimizer = CreateOptimizer(optimizer);
        Optimizer.Schedule = setting switch
        {
            "plateau" => Schedule.Parse("warmup:steps=3+plateau:gamma=0.5,patience=0"),
            "diverging" => new Exploding(),
            _ => Schedule.Parse("robbins-monro:tau=3"),
        };
        Trainer = new(Model, Optimizer, Options);
    }

    public IModel<float> Model { get; }

    public IModel<float>? Validation { get; }

    public Optimizer<float>? Optimizer { get; }

    public TrainingOptions Options { get; }

    public Trainer<float> Trainer { get; }

    /// <summary>Cancels after so many more batches.</summary>
    public CancelAfter Cut { get; } = new();

    public float[] Theta { get; private set; } = [];

    /// <summary>Runs to the end, or to a cut; what it says does not depend on the clock.</summary>
    public string Run(int cut = int.MaxValue) => Run(Trainer, cut);

    /// <summary>The same with another trainer.</summary>
    public string Run(
        Trainer<float> trainer, int cut = int.MaxValue, IModel<float>? validation = null, Action<TrainingProgress>? progress = null)
    {
        using CancellationTokenSource source = new();
        Cut.Arm(source, cut);
        Theta = Start();
        TrainingResult result = trainer.Run(Theta, Model, validation ?? Validation, progress, source.Token);
        IEnumerable<EpochRecord> history = result.History.Select(epoch => epoch with { Seconds = 0, OptimizerSeconds = 0 });
        string bits = Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Theta.AsSpan()));
        return $"{result.Stop} {result.Steps} {result.ParametersStep} {result.ParametersUpdated} {result.Evaluations} " +
            $"{result.TrainLoss:R} {result.Rule?.GetType().Name} {string.Join('\n', history)} {bits}";
    }

    public void Dispose()
    {
        Optimizer?.Dispose();
    }

    // Falls while θ grows from its start, and rises again: the best epoch is in the middle.
    private double FarFromTarget(ReadOnlySpan<float> theta, Span<float> gradient)
    {
        double growth = HpcOpt.Engine.VectorNorms.Distance(theta, Start());
        return (growth - 0.3) * (growth - 0.3);
    }

    private float[] Start()
    {
        float[] start = new float[Model.ParameterCount];
        (Model as MultilayerPerceptron<float>)?.Initialize(start);
        return start;
    }

    private IModel<float> Create() => _model == "dropout"
        ? new MultilayerPerceptron<float>(
            TestData.Random<float>(ModelTable.Rows, 3, classes: 4), new() { Hidden = [5], Dropout = 0.3 }, TestData.ManagedProducts)
        : ModelTable.Create<float>(_model);

    private Optimizer<float> CreateOptimizer(string name) => name switch
    {
        "sgd" => Optimizer<float>.Create(Model.ParameterCount, new Sgd { LearningRate = 0.3 }),
        "adamw" => Optimizer<float>.Create(Model.ParameterCount, new AdamW { LearningRate = 0.1 }),
        "asgd" => Optimizer<float>.Create(Model.ParameterCount, new AveragedSgd { LearningRate = 0.3, AverageFrom = 2 }),
        "adagrad" => Optimizer<float>.Create(Model.ParameterCount, new AdaGrad { LearningRate = 0.3 }),
        _ => Optimizer<float>.Create(Model.ParameterCount, new ScheduleFreeAdamW { LearningRate = 0.1 }),
    };

    private TrainingOptions With(string setting)
    {
        TrainingOptions options = new() { BatchSize = 5, MaxEpochs = 4, Seed = 3, Rules = [Cut] };
        int[] strata = [.. Enumerable.Range(0, ModelTable.Rows).Select(i => i % 3)];
        return setting switch
        {
            "replacement" => options with { Sampler = new WithReplacement(ModelTable.Rows, 4), EvaluateEachEpoch = true },
            "stratified" => options with { Sampler = new Stratified(strata, 7) },
            "accumulate" => options with { BatchSize = 3, Accumulate = 3 },
            "full" => options with { BatchSize = TrainingOptions.FullBatch, MaxEpochs = 12 },
            "patience" => options with { Patience = 2, MaxEpochs = 8 },
            "target" => options with { TargetLoss = 0.4, LossTolerance = 0.01 },
            "stall" => options with { StalledRate = 1 },
            "steps" => options with { MaxSteps = 7, ParameterTolerance = 0.01 },
            "own rule" => options with { Rules = [Cut, new NthBatch(9), new NthEpoch(3)] },
            "gradient" => options with { BatchSize = TrainingOptions.FullBatch, GradientTolerance = 0.3, MaxEpochs = 9 },
            "change" => options with { ParameterTolerance = 0.2, MaxEpochs = 9 },
            _ => options,
        };
    }
}

/// <summary>1 for 12 steps, in the middle of the third epoch, then too much for any loss to stay finite.</summary>
internal sealed class Exploding : Schedule
{
    protected override double FactorAt(long step) => step <= 12 ? 1 : 1e38;
}

/// <summary>No criterion: it interrupts a run after some batches.</summary>
internal sealed class CancelAfter : IStoppingRule
{
    private CancellationTokenSource? _source;
    private int _left;

    public void Arm(CancellationTokenSource source, int batches) => (_source, _left) = (source, batches);

    public bool StopsBeforeStep(TrainingView run)
    {
        if (--_left == 0)
        {
            _source!.Cancel();
        }

        return false;
    }
}

/// <summary>Throws after so many steps.</summary>
internal sealed class FailsAfterStep(long steps) : IStoppingRule
{
    public bool StopsAfterStep(TrainingView run) => run.StepsOfRun == steps ? throw new InvalidDataException() : false;
}

/// <summary>A rule of one's own with a state: it counts the batches.</summary>
internal sealed class NthBatch(int n) : IStoppingRule, IStateful
{
    private long _seen;

    public bool StopsBeforeStep(TrainingView run) => ++_seen > n;

    public void VisitState(StateVisitor visitor) => visitor.Integer("seen", ref _seen);
}

/// <summary>A rule of one's own with a state: it counts the epochs.</summary>
internal sealed class NthEpoch(int n) : IStoppingRule, IStateful
{
    private long _seen;

    public bool StopsAfterEpoch(TrainingView run) => ++_seen >= n;

    public void VisitState(StateVisitor visitor) => visitor.Integer("seen", ref _seen);
}
