namespace HpcOpt;

/// <summary>f(t) = √(τ / (τ + t - 1)); τ = 1 gives 1/√t.</summary>
/// <remarks>
/// After a warm-up of τ steps it is the schedule of A. Vaswani and others, "Attention is all you need", 2017:
/// <c>new InverseSquareRootSchedule(tau: 4000).WithWarmup(4000)</c>.
/// </remarks>
/// <param name="tau">τ > 0.</param>
/// <exception cref="ArgumentOutOfRangeException">τ is not positive and finite.</exception>
public sealed class InverseSquareRootSchedule(double tau = 1) : Schedule
{
    /// <summary>τ, in steps.</summary>
    public double Tau { get; } = Interval.Positive.Check(tau, nameof(tau));

    /// <inheritdoc/>
    public override string ToString() => ScheduleText.Write("inverse-sqrt", ("tau", Tau));

    /// <inheritdoc/>
    protected override double FactorAt(long step) => Math.Sqrt(Tau / (Tau + (step - 1)));
}
