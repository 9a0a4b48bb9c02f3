namespace HpcOpt.Training;

/// <summary>
/// The effective learning rate of every parameter, |Δθ_i| / |g_i| in the last step of an epoch (for AdaGrad η/(√G_i + ε)), is less than a
/// rate. Parameters
/// whose gradient is 0 do not count; if all are, the run goes on.
/// </summary>
/// <param name="rate">Above 0, finite.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is not above 0, or not finite.</exception>
public sealed class EffectiveRateBelow(double rate) : IStoppingRule
{
    /// <summary>The rate below which training has stalled.</summary>
    public double Rate { get; } = Interval.Positive.Check(rate, nameof(rate));

    /// <inheritdoc/>
    public StopReason Reason => StopReason.StalledRate;

    /// <inheritdoc/>
    public StoppingNeeds Needs => StoppingNeeds.LastStep;

    /// <inheritdoc/>
    public bool StopsAfterEpoch(TrainingView run) => run.EffectiveRate < Rate;
}
