using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>f(t) = c + (1-c)·(1 + cos(π s/n))/2, s = min(t-1, n): half a cosine from 1 down to c in n steps.</summary>
/// <remarks>Source: I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.</remarks>
/// <param name="steps">n ≥ 1.</param>
/// <param name="floor">c in [0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class CosineSchedule(long steps, double floor = 0) : Schedule
{
    /// <summary>n.</summary>
    public long Steps { get; } = Guard.AtLeastOne(steps, nameof(steps));

    /// <summary>c.</summary>
    public double Floor { get; } = Interval.Share.Check(floor, nameof(floor));

    internal override long? Length => Steps;

    /// <inheritdoc/>
    public override string ToString() => ScheduleText.Write("cosine", ("steps", Steps), ("floor", Floor));

    /// <summary>From <paramref name="start"/> at x = 0 to <paramref name="end"/> at x = 1: end + (start - end)·(1 + cos πx)/2.</summary>
    internal static double Between(double start, double end, double x) => end + (start - end) * ((1 + PortableMath.CosPi(x)) / 2);

    /// <inheritdoc/>
    protected override double FactorAt(long step) => Between(1, Floor, step > Steps ? 1 : (double)(step - 1) / Steps);
}
