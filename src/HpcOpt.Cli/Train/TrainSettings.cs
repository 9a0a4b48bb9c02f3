using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>What the options of <c>train</c> and <c>lr-find</c> set, and the defaults that depend on each other.</summary>
internal sealed record TrainSettings
{
    public const int MiniBatchEpochs = 30;
    public const int FullBatchEpochs = 10_000;
    public const int SparseBatch = 16;
    public const double DefaultTolerance = 1e-6;

    public DataSettings Data { get; init; } = new();

    public ModelSettings Model { get; init; } = new();

    public OptimizerSettings Optimizer { get; init; } = new();

    public StepSettings Step { get; init; } = new();

    /// <summary>Rows of a batch; null means the default.</summary>
    public int? Batch { get; init; }

    /// <summary>How batches are drawn; null means a random partition.</summary>
    public SamplerChoice? Sampler { get; init; }

    public ulong Seed { get; init; }

    /// <summary>f32 or f64; null means the default.</summary>
    public string? Precision { get; init; }

    /// <summary>The most passes over the data; null means the default.</summary>
    public int? Epochs { get; init; }

    /// <summary>Of the loss, or of the gradient's norm; null means the default.</summary>
    public double? Tolerance { get; init; }

    /// <summary>In how many bits the optimizer keeps its state.</summary>
    public Storage Storage { get; init; } = new();

    /// <summary>The parts of <see cref="Options"/> whose defaults depend on nothing.</summary>
    public TrainingOptions Run { get; init; } = new();

    public bool IsFullBatch => (Sampler is null ? Batch : Sampler.Batch(Batch)) == TrainingOptions.FullBatch;

    public bool SinglePrecision => Precision is null ? !IsFullBatch : Precision == "f32";

    public string PrecisionName => SinglePrecision ? "f32" : "f64";

    /// <summary>Share of the rows set aside; 0 trains on all.</summary>
    /// <remarks>A full batch of one's own data asks for estimates: of all rows, and exact.</remarks>
    public double TestShare =>
        Data.TestShare ?? (Data.TestFile is not null || (IsFullBatch && Data.File is not null) ? 0 : DataSettings.DefaultTestShare);

    /// <summary>Share of the other rows set aside for the validation loss; 0 for none.</summary>
    public double ValidationShare => Run.Patience is null ? 0 : Data.ValidationShare ?? DataSettings.DefaultValidationShare;

    /// <summary>The network to train; null for another model.</summary>
    public MultilayerPerceptronOptions? Network => Model.IsNetwork ? Model.Network with { Seed = Seed } : null;

    /// <summary>Batches and end.</summary>
    public TrainingOptions Options => Run with
    {
        BatchSize = (Sampler is null ? Batch : Sampler.Batch(Batch)) ?? (Data.IsSparse ? SparseBatch : 32),
        MaxEpochs = Epochs ?? (IsFullBatch ? FullBatchEpochs : MiniBatchEpochs),
        GradientTolerance = IsFullBatch
            ? Tolerance ?? (Optimizer.IsLbfgs ? LbfgsOptions.DefaultTolerance(SinglePrecision) : DefaultTolerance)
            : null,
        LossTolerance = IsFullBatch ? null : Tolerance,
        Seed = Seed,
    };

    /// <summary>The same with all hidden units.</summary>
    public TrainSettings WithoutDropout() => this with { Model = Model with { Network = Model.Network with { Dropout = 0 } } };

    /// <exception cref="CliException">Options do not go together.</exception>
    public TrainSettings Checked()
    {
        Data.Check(Model.Given, Sampler);
        CliException.Require(
            Sampler?.Column is null || Data.File is not null, $"--sampler {Sampler} names a column without --data; add --data FILE, or " +
                "leave the column out.");
        CliException.Require(
            Data.ValidationShare is null || Run.Patience is not null,
            "--validation-fraction is given without --patience, which alone looks at the validation rows; add it, or leave the " +
                "fraction out.");
        _ = Sampler?.Batch(Batch);
        CliException.Require(
            !Optimizer.IsLbfgs || Step == new StepSettings(),
            "--clip-norm, --clip-value, --average and --loss-scale belong to steps of an optimizer; "
                + $"leave them out with {LbfgsOptions.Name}.");
        CliException.Require(
            Step.LossScale is null || !Data.IsSparse,
            "--loss-scale is for dense rows; leave it out for svmlight files, whose gradients are exact.");
        return this;
    }
}
