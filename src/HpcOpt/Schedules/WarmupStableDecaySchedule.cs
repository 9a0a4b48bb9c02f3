using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>f(t) = t/w for t ≤ w, then 1; over the last d of n steps linearly to c: 1 - (1-c)·(t-1-n+d)/d; c after step n.</summary>
/// <remarks>
/// The stable part may be prolonged or branched off at any step before the decay. Source: S. Hu and others, "MiniCPM: unveiling the
/// potential of small language models with scalable training strategies", 2024.
/// </remarks>
public sealed class WarmupStableDecaySchedule : Schedule
{
    /// <summary>The three parts.</summary>
    /// <param name="steps">n ≥ 1, all parts together.</param>
    /// <param name="warmup">w ≥ 0.</param>
    /// <param name="decay">d ≥ 0.</param>
    /// <param name="floor">c in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range, or w + d is more than n.</exception>
    public WarmupStableDecaySchedule(long steps, long warmup, long decay, double floor = 0)
    {
        Steps = Guard.AtLeastOne(steps);
        Warmup = Guard.Between(warmup, 0, steps, nameof(warmup));
        Decay = Guard.Between(decay, 0, steps - warmup, nameof(decay));
        Floor = Interval.Share.Check(floor, nameof(floor));
    }

    /// <summary>n.</summary>
    public long Steps { get; }

    /// <summary>w.</summary>
    public long Warmup { get; }

    /// <summary>d.</summary>
    public long Decay { get; }

    /// <summary>c.</summary>
    public double Floor { get; }

    internal override long? Length => Steps;

    /// <inheritdoc/>
    public override string ToString() =>
        ScheduleText.Write("warmup-stable-decay", ("steps", Steps), ("warmup", Warmup), ("decay", Decay), ("floor", Floor));

    /// <inheritdoc/>
    protected override double FactorAt(long step)
    {
        long decaying = step - 1 - (Steps - Decay);
        return step <= Warmup ? (double)step / Warmup
            : step > Steps ? Floor
            : decaying <= 0 ? 1
            : 1 - (1 - Floor) * ((double)decaying / Decay);
    }
}
