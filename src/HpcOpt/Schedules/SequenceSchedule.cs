using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>Schedules in sequence, made by <see cref="Schedule.Then"/>; each counts from its own step 1, and the last never ends.</summary>
public sealed class SequenceSchedule : Schedule, IStateful
{
    private readonly Schedule[] _parts;
    private readonly long[] _starts; // steps done before each part; the first is 0

    internal SequenceSchedule(Schedule first, Schedule next, long after)
    {
        (Schedule[] parts, long[] starts) = Flat(first);
        (Schedule[] more, long[] later) = Flat(next);
        Guard.Between(after, starts[^1] + 1, long.MaxValue - later[^1], nameof(after));
        _parts = [.. parts, .. more];
        _starts = [.. starts, .. later.Select(start => start + after)];
    }

    /// <summary>The schedules, in order.</summary>
    public IReadOnlyList<Schedule> Parts => _parts;

    /// <summary>For each part the steps that are done before it.</summary>
    public IReadOnlyList<long> Starts => _starts;

    internal override long? Length => _parts[^1].Length + _starts[^1];

    /// <inheritdoc/>
    public override void Report(long step, double loss)
    {
        // The loss after step t is owed to the part that took step t.
        int part = PartOf(Math.Max(1, step));
        _parts[part].Report(step - _starts[part], loss);
    }

    /// <inheritdoc/>
    /// <remarks>Its parts have the entries; most have none.</remarks>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        for (int i = 0; i < _parts.Length; i++)
        {
            visitor.Within($"part{i + 1}", _parts[i] as IStateful);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join('+', _parts.Select((part, i) =>
        i == _parts.Length - 1 || _starts[i + 1] - _starts[i] == part.Length
            ? $"{part}"
            : FormattableString.Invariant($"{part}@{_starts[i + 1] - _starts[i]}")));

    /// <inheritdoc/>
    protected override double FactorAt(long step)
    {
        int part = PartOf(step);
        return _parts[part].Factor(step - _starts[part]);
    }

    private int PartOf(long step)
    {
        int part = _parts.Length - 1;
        while (step <= _starts[part])
        {
            part--;
        }

        return part;
    }

    private static (Schedule[] Parts, long[] Starts) Flat(Schedule schedule) =>
        schedule is SequenceSchedule sequence ? (sequence._parts, sequence._starts) : ([schedule], [0]);
}
