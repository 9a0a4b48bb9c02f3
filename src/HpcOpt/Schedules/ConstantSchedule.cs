namespace HpcOpt;

/// <summary>f(t) = c.</summary>
/// <param name="factor">c ≥ 0.</param>
/// <exception cref="ArgumentOutOfRangeException">c is negative or not finite.</exception>
public sealed class ConstantSchedule(double factor = 1) : Schedule
{
    /// <summary>c.</summary>
    public double Value { get; } = Interval.NotNegative.Check(factor, nameof(factor));

    /// <inheritdoc/>
    public override string ToString() => ScheduleText.Write("constant", ("factor", Value));

    /// <inheritdoc/>
    protected override double FactorAt(long step) => Value;
}
