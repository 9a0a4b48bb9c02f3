namespace HpcOpt.Training;

/// <summary>|L_e - L_{e-1}| ≤ tolerance · |L_{e-1}| for the losses of two epochs.</summary>
/// <param name="tolerance">At least 0, finite.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative or not finite.</exception>
public sealed class LossChangeBelow(double tolerance) : IStoppingRule
{
    /// <summary>The relative change that is small enough.</summary>
    public double Tolerance { get; } = Interval.NotNegative.Check(tolerance, nameof(tolerance));

    /// <inheritdoc/>
    public StopReason Reason => StopReason.LossTolerance;

    /// <inheritdoc/>
    public bool StopsAfterEpoch(TrainingView run) =>
        run.History is [.., { Loss: var before }, { Loss: var now }] && Math.Abs(now - before) <= Tolerance * Math.Abs(before);
}
