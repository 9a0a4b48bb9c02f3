using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>f(t) = γ^(t-1).</summary>
/// <param name="gamma">γ in [0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">γ is out of its range.</exception>
public sealed class ExponentialSchedule(double gamma) : Schedule
{
    /// <summary>γ.</summary>
    public double Gamma { get; } = Interval.Share.Check(gamma, nameof(gamma));

    /// <inheritdoc/>
    public override string ToString() => ScheduleText.Write("exponential", ("gamma", Gamma));

    /// <inheritdoc/>
    protected override double FactorAt(long step) => PortableMath.Power(Gamma, step - 1);
}
