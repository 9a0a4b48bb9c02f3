using System.Numerics;
using HpcOpt.Engine;
using HpcOpt.Formats;

namespace HpcOpt;

/// <summary>Which segment belongs to which group, and the sweep over those that are not frozen. Group 0 is the rest.</summary>
internal sealed class SegmentGroups<T, TRule>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IOptimizerRule
{
    private readonly SegmentRun[] _segments;
    private readonly bool[] _frozen;
    private SegmentPlan<T>? _plan;
    private List<SegmentRun>? _runs;
    private SegmentPlan<T>? _wholePlan;

    /// <summary>Checks the groups against the layout and the rule.</summary>
    public SegmentGroups(ParameterLayout layout, TRule rule, IReadOnlyList<ParameterGroup<TRule>> groups)
    {
        var groupOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < groups.Count; i++)
        {
            ParameterGroup<TRule> group = groups[i];
            if (groups.Take(i).Any(other => other.Name == group.Name))
            {
                throw new ArgumentException($"Two groups are called '{group.Name}'; give each a name of its own.", nameof(groups));
            }

            RuleLayout.Same(group.Rule, rule);
            foreach (string name in group.Segments)
            {
                if (!groupOf.TryAdd(layout[name].Name, i + 1))
                {
                    throw new ArgumentException($"Segment '{name}' is in group '{groups[groupOf[name] - 1].Name}' and in group '{group.Name}'; put it in one.", nameof(groups));
                }
            }
        }

        _segments = [.. layout.Segments.Select(segment => new SegmentRun
        {
            Start = segment.Start,
            End = segment.End,
            Group = groupOf.GetValueOrDefault(segment.Name),
        })];
        _frozen = new bool[groups.Count + 1];
        for (int i = 0; i < _segments.Length; i++)
        {
            _segments[i].FirstScale = Scales;
            Scales += _segments[i].Units(Float8.BlockLength);
        }
    }

    private SegmentGroups(nint length)
    {
        _segments = [new SegmentRun { End = length }];
        Scales = _segments[0].Units(Float8.BlockLength);
        _frozen = new bool[1];
    }

    /// <summary>Scales of a state vector that has them: each segment begins a block.</summary>
    public nint Scales { get; }

    /// <summary>A vector without segments, as one.</summary>
    public static SegmentGroups<T, TRule> OneSegment(nint length) => new(length);

    /// <summary>Sets the state where it does not begin at 0.</summary>
    public unsafe void Initialize(IReadOnlyList<StoredVector> state, TRule rule, IReadOnlyList<ParameterGroup<TRule>> groups, Execution execution)
    {
        foreach (SegmentRun segment in _segments)
        {
            StateVector[] layout = (segment.Group == 0 ? rule : groups[segment.Group - 1].Rule).State;
            for (int i = 0; i < layout.Length; i++)
            {
                if (layout[i].Initial != 0)
                {
                    state[i].Fill(segment.Start, segment.End - segment.Start, segment.FirstScale, layout[i].Initial, execution);
                }
            }
        }
    }

    /// <summary>The sweep over all segments that are not frozen; the same object until a group freezes or thaws.</summary>
    public SegmentPlan<T> Plan(IReadOnlyList<ParameterGroup<TRule>> groups, bool isLayerwise, bool hasBlocks)
    {
        List<SegmentRun> runs = ActiveRuns(groups, areApart: isLayerwise || hasBlocks);
        return _plan ??= new SegmentPlan<T>(runs, _frozen.Length, isLayerwise, Unit(hasBlocks));
    }

    /// <summary>What that sweep updates; likewise the same object.</summary>
    public List<SegmentRun> ActiveRuns(IReadOnlyList<ParameterGroup<TRule>> groups, bool areApart)
    {
        bool isCurrent = _runs is not null;
        for (int i = 0; i < groups.Count; i++)
        {
            isCurrent &= _frozen[i + 1] == groups[i].IsFrozen;
            _frozen[i + 1] = groups[i].IsFrozen;
        }

        if (!isCurrent)
        {
            (_runs, _plan) = (Runs(areApart, _frozen), null);
        }

        return _runs!;
    }

    /// <summary>The sweep over all segments, frozen or not.</summary>
    public SegmentPlan<T> WholePlan(bool hasBlocks) =>
        _wholePlan ??= new SegmentPlan<T>(Runs(hasBlocks, new bool[_frozen.Length]), _frozen.Length, isLayerwise: false, Unit(hasBlocks));

    // What is divided among threads: a block has one scale, so it is one thread's.
    private static int Unit(bool hasBlocks) => hasBlocks ? Float8.BlockLength : 1;

    /// <summary>The active segments; where they matter neither as layers nor by their blocks, neighbours of one group are one run.</summary>
    private List<SegmentRun> Runs(bool areApart, bool[] frozen)
    {
        List<SegmentRun> runs = [];
        foreach (SegmentRun segment in _segments.Where(segment => !frozen[segment.Group]))
        {
            if (!areApart && runs is [.., SegmentRun last] && last.Group == segment.Group && last.End == segment.Start)
            {
                runs[^1] = last with { End = segment.End };
            }
            else
            {
                runs.Add(segment);
            }
        }

        return runs;
    }
}
