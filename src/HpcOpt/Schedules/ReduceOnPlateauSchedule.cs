using System.Runtime.InteropServices;
using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>f starts at 1; when the loss has not improved for more than p reports, f ← max(γf, c) and the count starts anew.</summary>
/// <remarks>
/// A loss improves when it is less than b - ρ|b|, b being the best so far; NaN does not. f does not depend on the step
/// but on the losses given to <see cref="Report"/>, so a resumed run restores its state too.
/// </remarks>
/// <param name="gamma">γ in [0, 1).</param>
/// <param name="patience">p ≥ 0, in reports.</param>
/// <param name="threshold">ρ in [0, 1).</param>
/// <param name="floor">c in [0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class ReduceOnPlateauSchedule(double gamma = 0.1, long patience = 10, double threshold = 1e-4, double floor = 0)
    : Schedule, IStateful
{
    /// <summary>γ.</summary>
    public double Gamma { get; } = Interval.Fraction.Check(gamma, nameof(gamma));

    /// <summary>p.</summary>
    public long Patience { get; } = Guard.Between(patience, 0, long.MaxValue, nameof(patience));

    /// <summary>ρ.</summary>
    public double Threshold { get; } = Interval.Fraction.Check(threshold, nameof(threshold));

    /// <summary>c.</summary>
    public double Floor { get; } = Interval.Share.Check(floor, nameof(floor));

    /// <summary>Its state; save it with the step count and set it again to resume.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not in [0, 1], or the count is negative.</exception>
    public PlateauState State
    {
        get;
        set
        {
            Interval.Share.Check(value.Factor, nameof(PlateauState.Factor));
            Guard.Between(value.Count, 0, long.MaxValue, nameof(PlateauState.Count));
            field = value;
        }
    } = new(1, double.PositiveInfinity, 0);

    /// <inheritdoc/>
    public override void Report(long step, double loss)
    {
        (double factor, double best, long count) = State;
        if (double.IsPositiveInfinity(best) ? loss < best : loss < best - Threshold * Math.Abs(best))
        {
            State = new(factor, loss, 0);
        }
        else
        {
            State = count < Patience ? new(factor, best, count + 1) : new(Math.Max(Gamma * factor, Floor), best, 0);
        }
    }

    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        (double factor, double best, long count) = State;
        visitor.Real("factor", ref factor, 0, 1);
        visitor.Real("best", ref best);
        visitor.Integer("count", ref count);
        State = new(factor, best, count);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        ScheduleText.Write("plateau", ("gamma", Gamma), ("patience", Patience), ("threshold", Threshold), ("floor", Floor));

    /// <inheritdoc/>
    protected override double FactorAt(long step) => State.Factor;
}

/// <summary>The state of a <see cref="ReduceOnPlateauSchedule"/>.</summary>
/// <param name="Factor">f, in [0, 1].</param>
/// <param name="Best">b, the lowest loss so far; infinite before the first.</param>
/// <param name="Count">Reports since then, or since the last reduction, that were no improvement.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PlateauState(double Factor, double Best, long Count);
