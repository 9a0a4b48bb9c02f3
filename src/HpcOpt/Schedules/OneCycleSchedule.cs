using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>Half a cosine from a up to 1 within the share r of n steps, then half a cosine down to c at step n, and c after it.</summary>
/// <remarks>
/// With s = t - 1 and the peak at s = rn - 1, as PyTorch's OneCycleLR; its div_factor is 1/a, its final_div_factor a/c. Momentum is not
/// cycled. Source: L. Smith and N. Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018.
/// </remarks>
/// <param name="steps">n ≥ 1.</param>
/// <param name="rise">r in [0, 1].</param>
/// <param name="start">a in [0, 1].</param>
/// <param name="floor">c in [0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class OneCycleSchedule(long steps, double rise = 0.3, double start = 0.04, double floor = 4e-6) : Schedule
{
    /// <summary>n.</summary>
    public long Steps { get; } = Guard.AtLeastOne(steps, nameof(steps));

    /// <summary>r.</summary>
    public double Rise { get; } = Interval.Share.Check(rise, nameof(rise));

    /// <summary>a.</summary>
    public double Start { get; } = Interval.Share.Check(start, nameof(start));

    /// <summary>c.</summary>
    public double Floor { get; } = Interval.Share.Check(floor, nameof(floor));

    internal override long? Length => Steps;

    /// <inheritdoc/>
    public override string ToString() =>
        ScheduleText.Write("one-cycle", ("steps", Steps), ("rise", Rise), ("start", Start), ("floor", Floor));

    /// <inheritdoc/>
    protected override double FactorAt(long step)
    {
        // A rise of less than a step starts at the peak; one of all steps ends there.
        double peak = Math.Max(0, Rise * Steps - 1), last = Steps - 1, done = step - 1;
        return done > last ? Floor
            : done < peak ? CosineSchedule.Between(Start, 1, done / peak)
            : peak == last ? 1
            : CosineSchedule.Between(1, Floor, (done - peak) / (last - peak));
    }
}
