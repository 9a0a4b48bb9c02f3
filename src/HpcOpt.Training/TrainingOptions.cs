namespace HpcOpt.Training;

/// <summary>The batches and the end of a training run. A criterion that is null is off; the first one met ends the run.</summary>
/// <remarks>The criteria are <see cref="IStoppingRule"/>s, in the order of the properties; then come <see cref="Rules"/>, and last the
/// limits.</remarks>
public sealed record TrainingOptions
{
    /// <summary>The <see cref="BatchSize"/> that stands for all rows.</summary>
    public const int FullBatch = 0;

    /// <summary>
    /// Rows in a batch, at least 1; the last batch of an epoch may be smaller. 1 is stochastic gradient descent; <see cref="FullBatch"/>,
    /// or a
    /// number from N on, is batch descent. The default, 32, is the smallest of the usual sizes 32, 64, 128.
    /// </summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Batches, at least 1, whose mean gradient is taken for one step, each counting alike: N micro-batches cost the memory of one. An
    /// epoch ends with a step,
    /// so its last one may have fewer. More than 1 makes the steps of sparse models dense.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The most passes over the data in a run, at least 1.</summary>
    public int MaxEpochs { get; init; } = 30;

    /// <summary>The most updates in a run, at least 1.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Stops when the loss of an epoch is at most this; finite.</summary>
    public double? TargetLoss { get; init; }

    /// <summary>Stops where ‖∇L(θ)‖₂ is at most this, at least 0. Only a full batch knows ∇L, so it needs
    /// <see cref="FullBatch"/>.</summary>
    public double? GradientTolerance { get; init; }

    /// <summary>Stops when |L_e - L_{e-1}| ≤ tolerance · |L_{e-1}| for the losses of two epochs, at least 0.</summary>
    public double? LossTolerance { get; init; }

    /// <summary>Stops when ‖θ_e - θ_{e-1}‖₂ ≤ tolerance · ‖θ_{e-1}‖₂ for the parameters after two epochs, at least 0.</summary>
    public double? ParameterTolerance { get; init; }

    /// <summary>
    /// Stops when the effective learning rate of every parameter, |Δθ_i| / |g_i| in the last step of an epoch (for AdaGrad η/(√G_i + ε)),
    /// is
    /// less than this, above 0. Parameters whose gradient is 0 do not count; if all are, the run goes on.
    /// </summary>
    public double? StalledRate { get; init; }

    /// <summary>
    /// Stops after so many epochs, at least 1, in which the loss over the validation rows was not below its best, and returns the
    /// parameters
    /// of the best epoch, whatever ends the run. Needs validation rows.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>Further rules, of one's own or those of the library.</summary>
    public IReadOnlyList<IStoppingRule> Rules { get; init; } = [];

    /// <summary>Draws the batches; null means a <see cref="RandomPartition"/> into batches of <see cref="BatchSize"/>, or a
    /// <see cref="Training.FullBatch"/>.</summary>
    public Sampler? Sampler { get; init; }

    /// <summary>Fixes the order of the rows in every epoch; see <see cref="Philox"/>.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether the test rows are evaluated after each epoch and not only at the end; the time counts as training time, and a
    /// schedule that follows losses follows these.</summary>
    public bool EvaluateEachEpoch { get; init; }

    /// <summary>Refuses what no run can mean.</summary>
    /// <exception cref="ArgumentException">A value is outside the range above; the message gives name, value and range.</exception>
    internal void Validate()
    {
        Require(BatchSize >= 0, nameof(BatchSize), BatchSize, "at least 1, or 0 for all rows");
        Require(Accumulate >= 1, nameof(Accumulate), Accumulate, "at least 1");
        Require(MaxEpochs >= 1, nameof(MaxEpochs), MaxEpochs, "at least 1");
        Require(MaxSteps is null or >= 1, nameof(MaxSteps), MaxSteps, "at least 1");
        Require(GradientTolerance is null or (>= 0 and < double.PositiveInfinity), nameof(GradientTolerance), GradientTolerance,
            "finite, at least 0");
        Require(GradientTolerance is null || (Sampler?.IsFullBatch ?? BatchSize == FullBatch), nameof(GradientTolerance), GradientTolerance,
            $"null unless {nameof(BatchSize)} is {FullBatch} (all rows)");
        Require(LossTolerance is null or (>= 0 and < double.PositiveInfinity), nameof(LossTolerance), LossTolerance, "finite, at least 0");
        Require(ParameterTolerance is null or (>= 0 and < double.PositiveInfinity), nameof(ParameterTolerance), ParameterTolerance,
            "finite, at least 0");
        Require(StalledRate is null or (> 0 and < double.PositiveInfinity), nameof(StalledRate), StalledRate, "finite, above 0");
        Require(Patience is null or >= 1, nameof(Patience), Patience, "at least 1");
        Require(TargetLoss is null || double.IsFinite(TargetLoss.Value), nameof(TargetLoss), TargetLoss, "finite");
    }

    /// <summary>The sampler for N rows: <see cref="Sampler"/>, or what its null means.</summary>
    /// <param name="rowCount">N ≥ 1.</param>
    public Sampler SamplerOf(int rowCount) =>
        Sampler ?? (BatchSize == FullBatch || BatchSize >= rowCount ? new FullBatch(rowCount) : new RandomPartition(rowCount, BatchSize));

    /// <summary>The criteria in their order.</summary>
    internal IReadOnlyList<IStoppingRule> AllRules()
    {
        IStoppingRule?[] rules =
        [
            TargetLoss is { } loss ? new LossBelow(loss) : null,
            GradientTolerance is { } norm ? new GradientNormBelow(norm) : null,
            LossTolerance is { } change ? new LossChangeBelow(change) : null,
            ParameterTolerance is { } parameters ? new ParameterChangeBelow(parameters) : null,
            StalledRate is { } rate ? new EffectiveRateBelow(rate) : null,
            Patience is { } epochs ? new Patience(epochs) : null,
            .. Rules,
            new EpochLimit(MaxEpochs),
            MaxSteps is { } steps ? new StepLimit(steps) : null,
        ];
        return [.. rules.OfType<IStoppingRule>()];
    }

    private static void Require(bool inRange, string name, object? value, string range)
    {
        if (!inRange)
        {
            throw new ArgumentOutOfRangeException(name, value, $"expected {range}");
        }
    }
}
