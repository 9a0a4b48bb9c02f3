using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>f(t) = γ^k, with k the number of milestones that are at most t - 1: times γ once each milestone's steps are done.</summary>
public sealed class MultiStepSchedule : Schedule
{
    private readonly long[] _at;

    /// <summary>The schedule of some milestones.</summary>
    /// <param name="at">At least one number of steps, from 1, rising.</param>
    /// <param name="gamma">γ in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">The milestones do not rise, or there are none.</exception>
    public MultiStepSchedule(IReadOnlyList<long> at, double gamma = 0.1)
    {
        ArgumentNullException.ThrowIfNull(at);
        _at = [.. at];
        if (_at.Length == 0)
            throw new ArgumentException("at is empty; expected at least one number of steps.", nameof(at));
        Guard.AtLeastOne(_at[0], nameof(at));
        for (int i = 1; i < _at.Length; i++)
        {
            if (_at[i] <= _at[i - 1])
                throw new ArgumentException($"at has {_at[i]} after {_at[i - 1]}; expected rising numbers of steps.", nameof(at));
        }

        Gamma = Interval.Share.Check(gamma, nameof(gamma));
    }

    /// <summary>The milestones, in steps.</summary>
    public IReadOnlyList<long> At => _at;

    /// <summary>γ.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    public override string ToString() => ScheduleText.Write("multi-step", ("at", string.Join('/', _at)), ("gamma", Gamma));

    /// <inheritdoc/>
    protected override double FactorAt(long step)
    {
        int passed = Array.BinarySearch(_at, step - 1);
        return PortableMath.Power(Gamma, passed < 0 ? ~passed : passed + 1);
    }
}
