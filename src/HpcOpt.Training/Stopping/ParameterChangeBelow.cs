namespace HpcOpt.Training;

/// <summary>‖θ_e - θ_{e-1}‖₂ ≤ tolerance · ‖θ_{e-1}‖₂ for the parameters after two epochs.</summary>
/// <param name="tolerance">At least 0, finite.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative or not finite.</exception>
public sealed class ParameterChangeBelow(double tolerance) : IStoppingRule
{
    /// <summary>The relative change that is small enough.</summary>
    public double Tolerance { get; } = Interval.NotNegative.Check(tolerance, nameof(tolerance));

    /// <inheritdoc/>
    public StopReason Reason => StopReason.ParameterTolerance;

    /// <inheritdoc/>
    public bool StopsAfterEpoch(TrainingView run) => run.ParameterChange <= Tolerance * run.ParameterNorm;
}
