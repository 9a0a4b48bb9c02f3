using HpcOpt.Formats;

namespace HpcOpt.Engine;

/// <summary>The segment ranges of an optimizer by group, and the plans of passes over those not frozen. Group 0 is the rest.</summary>
internal sealed class GroupRanges
{
    private readonly SegmentRange[] _segments;
    private readonly bool[] _frozen;
    private readonly int _elementSize;
    private readonly bool _isLayerwise;
    private readonly bool _hasScales;
    private RangePlan? _active;
    private RangePlan? _activeTensors;
    private RangePlan? _measured;
    private RangePlan? _whole;

    /// <summary>One vector without segments.</summary>
    public GroupRanges(nint length, int elementSize, bool isLayerwise, bool hasScales)
        : this([new SegmentRange { End = length }], groups: 1, elementSize, isLayerwise, hasScales)
    {
    }

    /// <summary>The segments of a layout.</summary>
    public GroupRanges(SegmentRange[] segments, int groups, int elementSize, bool isLayerwise, bool hasScales)
    {
        (_segments, _frozen, _elementSize, _isLayerwise, _hasScales) = (segments, new bool[groups], elementSize, isLayerwise, hasScales);
        for (int i = 0; i < segments.Length; i++)
        {
            segments[i].Segment = i;
            segments[i].FirstScale = Scales;
            Scales += segments[i].Units(Float8.BlockLength);
        }
    }

    /// <summary>Scales of a state vector that has them: each segment begins a block.</summary>
    public nint Scales { get; }

    /// <summary>All segments, frozen or not.</summary>
    public ReadOnlySpan<SegmentRange> Segments => _segments;

    /// <summary>The pass of a step over the segments that are not frozen; the same object until a group freezes or thaws.</summary>
    public RangePlan Active => _active ??= Plan(areApart: _isLayerwise || _hasScales, _isLayerwise, _frozen);

    /// <summary>The same where each segment has an address of its own.</summary>
    public RangePlan ActiveTensors =>
        _activeTensors ??= _isLayerwise || _hasScales ? Active : Plan(areApart: true, hasSums: false, _frozen);

    /// <summary>A pass that sums squares, each segment apart: the sum has the same shape in one vector and in tensors.</summary>
    public RangePlan Measured => _measured ??= _isLayerwise ? Active : Plan(areApart: true, hasSums: true, _frozen);

    /// <summary>A pass over all segments, frozen or not.</summary>
    public RangePlan Whole => _whole ??= Plan(areApart: _hasScales, hasSums: false, new bool[_frozen.Length]);

    /// <summary>The same over each segment for itself; a new object, for what happens once.</summary>
    public RangePlan Each() => Plan(areApart: true, hasSums: false, new bool[_frozen.Length]);

    /// <summary>The ranges of the groups of a layout, checked against it.</summary>
    public static SegmentRange[] Of<TRule>(ParameterLayout layout, TRule rule, IReadOnlyList<ParameterGroup<TRule>> groups)
        where TRule : struct, IOptimizerRule
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
                    throw new ArgumentException(
                        $"Segment '{name}' is in group '{groups[groupOf[name] - 1].Name}' and in group '{group.Name}'; put it in one.",
                        nameof(groups));
                }
            }
        }

        return [.. layout.Segments.Select(
            segment => new SegmentRange { Start = segment.Start, End = segment.End, Group = groupOf.GetValueOrDefault(segment.Name) })];
    }

    /// <summary>Whether steps leave a group alone.</summary>
    public bool IsFrozen(int group) => _frozen[group];

    /// <summary>Freezes or thaws a group.</summary>
    public void Freeze(int group, bool isFrozen)
    {
        if (_frozen[group] != isFrozen)
        {
            _frozen[group] = isFrozen;
            (_active, _activeTensors, _measured) = (null, null, null);
        }
    }

    /// <summary>The segments that are not frozen; where they need not be apart, neighbours of one group are one range.</summary>
    private RangePlan Plan(bool areApart, bool hasSums, bool[] frozen)
    {
        List<SegmentRange> ranges = [];
        foreach (SegmentRange segment in _segments)
        {
            if (frozen[segment.Group])
            {
                continue;
            }

            if (!areApart && ranges is [.., SegmentRange last] && last.Group == segment.Group && last.End == segment.Start)
            {
                ranges[^1] = last with { End = segment.End };
            }
            else
            {
                ranges.Add(segment);
            }
        }

        return new(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ranges), _elementSize, hasSums, _hasScales);
    }
}
