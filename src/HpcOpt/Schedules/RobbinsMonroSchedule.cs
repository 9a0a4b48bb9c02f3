using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>f(t) = 1 / (1 + t/τ)^κ, the rates under which stochastic approximation converges.</summary>
/// <remarks>
/// Σ η f(t) = ∞ lets the iterates reach any point, Σ (η f(t))² &lt; ∞ lets the noise of the gradients die out. Both hold exactly for
/// ½ &lt; κ ≤ 1; other κ > 0 are allowed, without that guarantee. τ is the number of steps after which the rate begins to fall.
/// Source: H. Robbins and S. Monro, "A stochastic approximation method", 1951.
/// </remarks>
/// <param name="tau">τ > 0.</param>
/// <param name="kappa">κ > 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A value is not positive and finite.</exception>
public sealed class RobbinsMonroSchedule(double tau, double kappa = 0.75) : Schedule
{
    /// <summary>τ, in steps.</summary>
    public double Tau { get; } = Interval.Positive.Check(tau, nameof(tau));

    /// <summary>κ.</summary>
    public double Kappa { get; } = Interval.Positive.Check(kappa, nameof(kappa));

    /// <inheritdoc/>
    public override string ToString() => ScheduleText.Write("robbins-monro", ("tau", Tau), ("kappa", Kappa));

    /// <inheritdoc/>
    protected override double FactorAt(long step) => PortableMath.Pow(1 + step / Tau, -Kappa);
}
