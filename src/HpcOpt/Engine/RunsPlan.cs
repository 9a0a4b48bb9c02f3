using System.Numerics;

namespace HpcOpt.Engine;

/// <summary>The plan of a pass that treats all runs alike, kept until the runs change.</summary>
internal sealed class RunsPlan<T>(bool hasSums)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private IReadOnlyCollection<SegmentRun>? _runs;
    private SegmentPlan<T>? _plan;

    public SegmentPlan<T> For(IReadOnlyCollection<SegmentRun> runs)
    {
        if (runs != _runs)
        {
            (_runs, _plan) = (runs, new SegmentPlan<T>([.. runs.Select(run => run with { Group = 0 })], groups: 1, hasSums, unit: 1));
        }

        return _plan!;
    }
}
