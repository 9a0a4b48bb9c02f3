using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>f(t) = γ^⌊(t-1)/n⌋: times γ after every n steps.</summary>
/// <param name="every">n ≥ 1.</param>
/// <param name="gamma">γ in [0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class StepSchedule(long every, double gamma = 0.1) : Schedule
{
    /// <summary>n.</summary>
    public long Every { get; } = Guard.AtLeastOne(every, nameof(every));

    /// <summary>γ.</summary>
    public double Gamma { get; } = Interval.Share.Check(gamma, nameof(gamma));

    /// <inheritdoc/>
    public override string ToString() => ScheduleText.Write("step", ("every", Every), ("gamma", Gamma));

    /// <inheritdoc/>
    protected override double FactorAt(long step) => PortableMath.Power(Gamma, (step - 1) / Every);
}
