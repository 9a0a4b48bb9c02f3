namespace HpcOpt.Training;

/// <summary>L ≤ target, for the loss of an epoch; with batches of all rows also before a step, so that no step is taken too many.</summary>
/// <param name="target">Finite.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="target"/> is not finite.</exception>
public sealed class LossBelow(double target) : IStoppingRule
{
    /// <summary>The loss that is low enough.</summary>
    public double Target { get; } = Interval.Finite.Check(target, nameof(target));

    /// <inheritdoc/>
    public StopReason Reason => StopReason.TargetLoss;

    /// <inheritdoc/>
    public bool StopsBeforeStep(TrainingView run) => run.IsCurrent && run.Loss <= Target;

    /// <inheritdoc/>
    public bool StopsAfterEpoch(TrainingView run) => run.Loss <= Target;
}
