using System.Numerics;
using System.Runtime.CompilerServices;

namespace HpcOpt.Engine;

/// <summary>A range of parameters that one group updates; in a layer-wise step, one layer.</summary>
internal struct SegmentRun
{
    public nint Start;
    public nint End;
    public int Group;

    /// <summary>Units in the runs before this one: parameters, or where they have scales whole blocks of them.</summary>
    public nint Before;

    /// <summary>Blocks in the runs before this one.</summary>
    public nint FirstBlock;

    /// <summary>Number of the scale of its first elements, of state that has scales.</summary>
    public nint FirstScale;

    /// <summary>The factor of the layer in this step.</summary>
    public double Ratio;

    /// <summary>Parameters in units of so many.</summary>
    public readonly nint Units(int unit) => (End - Start + unit - 1) / unit;

    public readonly nint Blocks => Units(SquareSums.BlockLength);
}

/// <summary>The update of one group in this step: its constants, and the loops that were compiled for it.</summary>
internal unsafe struct GroupPass
{
    public void* Constants;

    /// <summary>Updates some elements of a run.</summary>
    public delegate*<GroupPass*, void*, SegmentRun*, nint, nint, void> Apply;

    /// <summary>First pass over some blocks of a run; null unless the step is layer-wise.</summary>
    public delegate*<GroupPass*, void*, SegmentRun*, nint, nint, SquareSums*, void> Measure;

    /// <summary>Between the passes: from sums of squares to the layer's factor.</summary>
    public delegate*<GroupPass*, SegmentRun*, SquareSums*, void> Finish;
}

/// <summary>
/// One sweep over many segments: the groups' updates are collected first, then all runs are divided among the threads as if they
/// were one vector, so a thousand small tensors wake the pool once.
/// </summary>
internal sealed unsafe class SegmentPlan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SegmentRun[] _runs;
    private readonly GroupPass[] _passes;
    private readonly byte[][] _constants;
    private readonly SquareSums[] _sums;
    private readonly nint _length;
    private readonly int _unit;

    /// <summary>A plan of <paramref name="runs"/>, whose groups are numbered 0 … <paramref name="groups"/>-1, divided in multiples of <paramref name="unit"/>.</summary>
    public SegmentPlan(IReadOnlyCollection<SegmentRun> runs, int groups, bool isLayerwise, int unit)
    {
        _unit = unit;
        _runs = GC.AllocateArray<SegmentRun>(runs.Count, pinned: true);
        _passes = GC.AllocateArray<GroupPass>(groups, pinned: true);
        _constants = [.. Enumerable.Repeat(Array.Empty<byte>(), groups)];
        nint blocks = 0;
        int i = 0;
        foreach (SegmentRun run in runs)
        {
            _runs[i++] = run with { Before = _length, FirstBlock = blocks };
            _length += run.Units(unit);
            blocks += run.Blocks;
        }

        _sums = GC.AllocateUninitializedArray<SquareSums>(isLayerwise ? checked((int)blocks) : 0, pinned: true);
    }

    /// <summary>Keeps the update of a group for the next <see cref="Run"/>.</summary>
    public void Set<TUpdate>(int group, in TUpdate update, GroupPass pass)
        where TUpdate : unmanaged
    {
        // Once, unless an option of the group changes between steps.
        if (_constants[group].Length < sizeof(TUpdate))
        {
            _constants[group] = GC.AllocateUninitializedArray<byte>(sizeof(TUpdate), pinned: true);
        }

        pass.Constants = Pointer(_constants[group]);
        Unsafe.WriteUnaligned(pass.Constants, update);
        _passes[group] = pass;
    }

    /// <summary>The update of a group that <see cref="Set"/> kept; valid until the next.</summary>
    public GroupPass* PassOf(int group) => Pointer(_passes) + group;

    /// <summary>Leaves the segments of a group alone in the next <see cref="Run"/>.</summary>
    public void Skip(int group) => _passes[group] = new GroupPass { Apply = &Nothing };

    /// <summary>Applies the updates of all groups.</summary>
    public void Run(Execution execution, Vectors<T>* memory)
    {
        var job = new Job { Runs = Pointer(_runs), Count = _runs.Length, Passes = Pointer(_passes), Sums = Pointer(_sums), Memory = memory, Unit = _unit };
        if (_sums.Length > 0)
        {
            execution.Run(&MeasureBlocks, &job, _sums.Length, SquareSums.BlockLength * sizeof(T));
            for (int i = 0; i < job.Count; i++)
            {
                SegmentRun* run = job.Runs + i;
                GroupPass* pass = job.Passes + run->Group;
                pass->Finish(pass, run, job.Sums + run->FirstBlock);
            }
        }

        execution.Run(&ApplyRuns, &job, _length, _unit * sizeof(T));
    }

    /// <summary>The first pass alone: the sums over all runs.</summary>
    public SquareSums Measure(Execution execution, Vectors<T>* memory)
    {
        var job = new Job { Runs = Pointer(_runs), Count = _runs.Length, Passes = Pointer(_passes), Sums = Pointer(_sums), Memory = memory };
        execution.Run(&MeasureBlocks, &job, _sums.Length, SquareSums.BlockLength * sizeof(T));
        return SquareSums.Of(job.Sums, _sums.Length);
    }

    private static void MeasureBlocks(void* state, nint start, nint end)
    {
        var job = (Job*)state;
        for (SegmentRun* run = job->Find(start, byBlock: true); start < end; run++)
        {
            GroupPass* pass = job->Passes + run->Group;
            nint stop = nint.Min(end, run->FirstBlock + run->Blocks);
            pass->Measure(pass, job->Memory, run, start - run->FirstBlock, stop - run->FirstBlock, job->Sums + run->FirstBlock);
            start = stop;
        }
    }

    private static void ApplyRuns(void* state, nint start, nint end)
    {
        var job = (Job*)state;
        for (SegmentRun* run = job->Find(start, byBlock: false); start < end; run++)
        {
            GroupPass* pass = job->Passes + run->Group;
            nint stop = nint.Min(end, run->Before + run->Units(job->Unit));
            nint last = nint.Min(run->Start + ((stop - run->Before) * job->Unit), run->End);
            pass->Apply(pass, job->Memory, run, run->Start + ((start - run->Before) * job->Unit), last);
            start = stop;
        }
    }

    private static void Nothing(GroupPass* pass, void* memory, SegmentRun* run, nint start, nint end)
    {
    }

    private static TItem* Pointer<TItem>(TItem[] pinned)
        where TItem : unmanaged => pinned.Length == 0 ? null : (TItem*)Unsafe.AsPointer(ref pinned[0]);

    private struct Job
    {
        public SegmentRun* Runs;
        public int Count;
        public GroupPass* Passes;
        public SquareSums* Sums;
        public Vectors<T>* Memory;
        public int Unit;

        /// <summary>The run that holds the unit, or the block, of that number.</summary>
        public readonly SegmentRun* Find(nint number, bool byBlock)
        {
            (int low, int high) = (0, Count);
            while (high - low > 1)
            {
                int middle = (low + high) / 2;
                (low, high) = (byBlock ? Runs[middle].FirstBlock : Runs[middle].Before) <= number ? (middle, high) : (low, middle);
            }

            return Runs + low;
        }
    }
}
