namespace HpcOpt.Training;

/// <summary>The batches and the end of a training run. A criterion that is null is off; the first one met ends the run.</summary>
public sealed record TrainingOptions
{
    /// <summary>The <see cref="BatchSize"/> that stands for all rows.</summary>
    public const int FullBatch = 0;

    /// <summary>
    /// Rows in a batch, at least 1; the last batch of an epoch may be smaller. 1 is stochastic gradient descent; <see cref="FullBatch"/>, or a
    /// number from N on, is batch descent. The default, 32, is the smallest of the usual sizes 32, 64, 128.
    /// </summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The most passes over the data, at least 1.</summary>
    public int MaxEpochs { get; init; } = 30;

    /// <summary>The most updates, at least 1.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Stops where ‖∇L(θ)‖₂ is at most this, at least 0. Only a full batch knows ∇L, so it needs <see cref="FullBatch"/>.</summary>
    public double? GradientTolerance { get; init; }

    /// <summary>Stops when |L_e - L_{e-1}| ≤ tolerance · |L_{e-1}| for the losses of two epochs, at least 0.</summary>
    public double? LossTolerance { get; init; }

    /// <summary>Stops when the loss of an epoch is at most this; finite.</summary>
    public double? TargetLoss { get; init; }

    /// <summary>Fixes the order of the rows in every epoch; see <see cref="Philox"/>.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether the test rows are evaluated after each epoch and not only at the end; the time counts as training time, and a schedule that follows losses follows these.</summary>
    public bool EvaluateEachEpoch { get; init; }

    /// <summary>Refuses what no run can mean.</summary>
    /// <exception cref="ArgumentException">A value is outside the range above; the message gives name, value and range.</exception>
    internal void Validate()
    {
        Require(BatchSize >= 0, nameof(BatchSize), BatchSize, "at least 1, or 0 for all rows");
        Require(MaxEpochs >= 1, nameof(MaxEpochs), MaxEpochs, "at least 1");
        Require(MaxSteps is null or >= 1, nameof(MaxSteps), MaxSteps, "at least 1");
        Require(GradientTolerance is null or (>= 0 and < double.PositiveInfinity), nameof(GradientTolerance), GradientTolerance, "finite, at least 0");
        Require(GradientTolerance is null || BatchSize == FullBatch, nameof(GradientTolerance), GradientTolerance, $"null unless {nameof(BatchSize)} is {FullBatch} (all rows)");
        Require(LossTolerance is null or (>= 0 and < double.PositiveInfinity), nameof(LossTolerance), LossTolerance, "finite, at least 0");
        Require(TargetLoss is null || double.IsFinite(TargetLoss.Value), nameof(TargetLoss), TargetLoss, "finite");
    }

    private static void Require(bool inRange, string name, object? value, string range)
    {
        if (!inRange)
        {
            throw new ArgumentOutOfRangeException(name, value, $"expected {range}");
        }
    }
}
