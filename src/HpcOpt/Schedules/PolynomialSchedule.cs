using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>f(t) = c + (1-c)·(1 - s/n)^p, s = min(t-1, n): from 1 down to c in n steps; p = 1 is linear.</summary>
/// <param name="steps">n ≥ 1.</param>
/// <param name="power">p > 0.</param>
/// <param name="floor">c in [0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class PolynomialSchedule(long steps, double power = 1, double floor = 0) : Schedule
{
    /// <summary>n.</summary>
    public long Steps { get; } = Guard.AtLeastOne(steps, nameof(steps));

    /// <summary>p.</summary>
    public double Power { get; } = Interval.Positive.Check(power, nameof(power));

    /// <summary>c.</summary>
    public double Floor { get; } = Interval.Share.Check(floor, nameof(floor));

    internal override long? Length => Steps;

    /// <inheritdoc/>
    public override string ToString() => ScheduleText.Write("polynomial", ("steps", Steps), ("power", Power), ("floor", Floor));

    /// <inheritdoc/>
    protected override double FactorAt(long step)
    {
        double left = step > Steps ? 0 : (double)(Steps - (step - 1)) / Steps;
        return Floor + (1 - Floor) * (left is 0 || Power is 1 ? left : PortableMath.Pow(left, Power));
    }
}
