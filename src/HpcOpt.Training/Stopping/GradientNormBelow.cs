namespace HpcOpt.Training;

/// <summary>‖∇L(θ)‖₂ ≤ tolerance. Only batches of all rows know ∇L.</summary>
/// <param name="tolerance">At least 0, finite.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative or not finite.</exception>
public sealed class GradientNormBelow(double tolerance) : IStoppingRule
{
    /// <summary>The norm that is small enough.</summary>
    public double Tolerance { get; } = Interval.NotNegative.Check(tolerance, nameof(tolerance));

    /// <inheritdoc/>
    public StopReason Reason => StopReason.GradientTolerance;

    /// <inheritdoc/>
    public StoppingNeeds Needs => StoppingNeeds.FullBatch;

    /// <inheritdoc/>
    public bool StopsBeforeStep(TrainingView run) => run.GradientNorm <= Tolerance;

    /// <inheritdoc/>
    public bool StopsAfterEpoch(TrainingView run) => run.IsCurrent && run.GradientNorm <= Tolerance;
}
