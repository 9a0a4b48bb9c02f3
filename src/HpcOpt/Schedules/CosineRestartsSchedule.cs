using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>
/// f(t) = c + (1-c)·(1 + cos(π s/n_k))/2 with s the steps since the last restart: cycle k = 0, 1, … takes n_k = n·m^k steps from 1 on.
/// </summary>
/// <remarks>Source: I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.</remarks>
/// <param name="steps">n ≥ 1, the first cycle.</param>
/// <param name="growth">m ≥ 1, a whole number.</param>
/// <param name="floor">c in [0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class CosineRestartsSchedule(long steps, long growth = 1, double floor = 0) : Schedule
{
    /// <summary>n.</summary>
    public long Steps { get; } = Guard.AtLeastOne(steps, nameof(steps));

    /// <summary>m.</summary>
    public long Growth { get; } = Guard.AtLeastOne(growth, nameof(growth));

    /// <summary>c.</summary>
    public double Floor { get; } = Interval.Share.Check(floor, nameof(floor));

    /// <inheritdoc/>
    public override string ToString() => ScheduleText.Write("cosine-restarts", ("steps", Steps), ("growth", Growth), ("floor", Floor));

    /// <inheritdoc/>
    protected override double FactorAt(long step)
    {
        long done = step - 1, cycle = Steps;
        if (Growth == 1)
        {
            done %= cycle;
        }

        while (done >= cycle)
        {
            done -= cycle;
            cycle = cycle > long.MaxValue / Growth ? long.MaxValue : cycle * Growth;
        }

        return CosineSchedule.Between(1, Floor, (double)done / cycle);
    }
}
