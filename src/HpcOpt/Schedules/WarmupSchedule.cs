using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>f(t) = a + (1-a)·t/n for t ≤ n, then 1: a linear warm-up. See <see cref="Schedule.WithWarmup"/>.</summary>
/// <remarks>Source: P. Goyal and others, "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017.</remarks>
/// <param name="steps">n ≥ 1.</param>
/// <param name="start">a in [0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class WarmupSchedule(long steps, double start = 0) : Schedule
{
    /// <summary>n.</summary>
    public long Steps { get; } = Guard.AtLeastOne(steps, nameof(steps));

    /// <summary>a.</summary>
    public double Start { get; } = Interval.Share.Check(start, nameof(start));

    internal override long? Length => Steps;

    /// <inheritdoc/>
    public override string ToString() => ScheduleText.Write("warmup", ("steps", Steps), ("start", Start));

    /// <inheritdoc/>
    protected override double FactorAt(long step) => step >= Steps ? 1 : Start + (1 - Start) * ((double)step / Steps);
}
