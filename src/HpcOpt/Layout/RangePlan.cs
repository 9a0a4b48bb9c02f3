using System.Runtime.CompilerServices;
using HpcOpt.Formats;

namespace HpcOpt.Engine;

/// <summary>
/// One pass over many ranges, divided among the threads like one vector: a thousand small tensors are one hand-over to the threads.
/// </summary>
internal sealed unsafe partial class RangePlan
{
    private readonly SegmentRange[] _ranges;
    private readonly SquareSums[] _sums;
    private readonly int _unit;
    private readonly int _elementSize;
    private readonly bool _isOneVector;
    private nint _length;

    /// <summary>A plan of ranges in the order of their elements.</summary>
    /// <param name="ranges">The ranges.</param>
    /// <param name="elementSize">Bytes of an element, which tell how many threads are worth it.</param>
    /// <param name="hasSums">Whether the pass sums squares first.</param>
    /// <param name="hasScales">Whether blocks have a scale, so that none may be divided.</param>
    public RangePlan(ReadOnlySpan<SegmentRange> ranges, int elementSize, bool hasSums = false, bool hasScales = false)
    {
        (_unit, _elementSize, Count) = (hasScales ? Float8.BlockLength : 1, elementSize, ranges.Length);
        _ranges = GC.AllocateArray<SegmentRange>(Math.Max(1, Count), pinned: true);
        First = (SegmentRange*)Unsafe.AsPointer(ref _ranges[0]);
        nint leaves = 0;
        for (int i = 0; i < Count; i++)
        {
            _ranges[i] = ranges[i] with { Before = _length, FirstLeaf = leaves };
            _length += ranges[i].Units(_unit);
            leaves += ranges[i].Leaves;
        }

        // Of group 0, as what has no groups is.
        _isOneVector = Count == 1 && !hasSums && !hasScales && First->Start == 0 && First->Group == 0;
        _sums = GC.AllocateUninitializedArray<SquareSums>(hasSums ? checked((int)leaves) : 0, pinned: true);
    }

    /// <summary>Number of ranges.</summary>
    public int Count { get; }

    /// <summary>The first range; the others follow.</summary>
    public SegmentRange* First { get; }

    /// <summary>Makes the only range another length.</summary>
    public void Resize(nint length) => (First->End, _length) = (length, length);

    /// <summary>Applies the updates of all groups; those of layers in two passes, the first of which takes their norms.</summary>
    /// <param name="execution">Path and threads.</param>
    /// <param name="updates">One for each group.</param>
    /// <param name="streams">The memory.</param>
    /// <param name="tensors">Addresses of the segments, where they have their own.</param>
    /// <param name="isReduced">Whether <see cref="Reduce"/> has found the factors of the layers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(Execution execution, CompiledUpdate* updates, Streams* streams, in TensorAddresses tensors, bool isReduced = false)
    {
        if (_isOneVector && tensors.IsNone)
        {
            RunOne(execution, updates, streams);
        }
        else
        {
            RunRanges(execution, updates, streams, tensors, isReduced);
        }
    }

    // Apart: the frame of the other way would be most of a small step.
    private void RunOne(Execution execution, CompiledUpdate* update, Streams* streams)
    {
        if (execution.RunsAlone(_length, _elementSize))
        {
            update->Apply(update, streams, First, 0, _length);
            return;
        }

        var job = new OneJob { Update = update, Streams = streams, Range = First };
        execution.Run(&ApplyOne, &job, _length, _elementSize);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunRanges(Execution execution, CompiledUpdate* updates, Streams* streams, in TensorAddresses tensors, bool isReduced)
    {
        var job = new Job { Ranges = First, Count = Count, Updates = updates, Streams = streams, Tensors = tensors, Unit = _unit };
        if (_sums.Length > 0)
        {
            Measure(execution, &job);
            if (!isReduced)
            {
                Layers.Finish(&job);
            }
        }

        Apply(execution, &job);
    }

    /// <summary>
    /// The factors of the layers, from sums combined with those of other processes. Nothing is written, because that may fail: state that
    /// the first pass brings up to date is measured in a copy of each block, and the pass is taken once more by <see cref="Run"/>.
    /// </summary>
    public void Reduce(Execution execution, CompiledUpdate* updates, Streams* streams, TensorAddresses tensors, IStepReducer reducer)
    {
        if (_sums.Length > 0)
        {
            var job = new Job { Ranges = First, Count = Count, Updates = updates, Streams = streams, Tensors = tensors, IsTrial = true };
            Measure(execution, &job);
            Layers.Combine(&job, reducer);
        }
    }

    /// <summary>Applies one update to all ranges, whatever their groups.</summary>
    public void RunAlike(Execution execution, CompiledUpdate* update, Streams* streams, TensorAddresses tensors)
    {
        if (_isOneVector && tensors.IsNone)
        {
            RunOne(execution, update, streams);
            return;
        }

        var job = new Job { Ranges = First, Count = Count, Updates = update, Streams = streams, Tensors = tensors, IsAlike = true };
        job.Unit = _unit;
        Apply(execution, &job);
    }

    /// <summary>The first pass alone, with one update for all: the sums over all ranges.</summary>
    public SquareSums Sum(Execution execution, CompiledUpdate* update, Streams* streams, TensorAddresses tensors)
    {
        var job = new Job { Ranges = First, Count = Count, Updates = update, Streams = streams, Tensors = tensors, IsAlike = true };
        Measure(execution, &job);
        return SquareSums.Of(job.Sums, _sums.Length);
    }

    private void Apply(Execution execution, Job* job) =>
        execution.Run(&ApplyRanges, job, _length, _unit * _elementSize);

    private void Measure(Execution execution, Job* job)
    {
        job->Sums = _sums.Length == 0 ? null : (SquareSums*)Unsafe.AsPointer(ref _sums[0]);
        execution.Run(&MeasureRanges, job, _sums.Length, SquareSums.LeafLength * _elementSize);
    }

    private static void MeasureRanges(void* state, nint start, nint end)
    {
        var job = (Job*)state;
        Streams moved;
        Streams* streams = job->StreamsFor(&moved);
        for (SegmentRange* range = job->Find(start, byLeaf: true); start < end; range++)
        {
            nint stop = nint.Min(end, range->FirstLeaf + range->Leaves);
            SquareSums* sums = job->Sums + range->FirstLeaf;
            if (job->Tensors.Place(range, streams))
            {
                CompiledUpdate* update = job->UpdateOf(range);
                if (job->IsTrial)
                {
                    Try(update, *streams, range, start - range->FirstLeaf, stop - range->FirstLeaf, sums);
                }
                else
                {
                    update->Measure(update, streams, range, start - range->FirstLeaf, stop - range->FirstLeaf, sums);
                }
            }
            else
            {
                new Span<SquareSums>(job->Sums + start, (int)(stop - start)).Clear();
            }

            start = stop;
        }
    }

    private static void ApplyOne(void* state, nint start, nint end)
    {
        var job = (OneJob*)state;
        job->Update->Apply(job->Update, job->Streams, job->Range, start, end);
    }

    private static void ApplyRanges(void* state, nint start, nint end)
    {
        var job = (Job*)state;
        Streams moved;
        Streams* streams = job->StreamsFor(&moved);
        for (SegmentRange* range = job->Find(start, byLeaf: false); start < end; range++)
        {
            nint stop = nint.Min(end, range->Before + range->Units(job->Unit));
            nint last = nint.Min(range->Start + ((stop - range->Before) * job->Unit), range->End);
            if (stop > start && job->Tensors.Place(range, streams))
            {
                CompiledUpdate* update = job->UpdateOf(range);
                update->Apply(update, streams, range, range->Start + ((start - range->Before) * job->Unit), last);
            }

            start = stop;
        }
    }

    /// <summary>What the threads of a pass over one vector share.</summary>
    private struct OneJob
    {
        public CompiledUpdate* Update;
        public Streams* Streams;
        public SegmentRange* Range;
    }

    /// <summary>What the threads of a pass share.</summary>
    private struct Job
    {
        public SegmentRange* Ranges;
        public int Count;
        public CompiledUpdate* Updates;
        public bool IsAlike;

        /// <summary>Whether measuring writes nothing.</summary>
        public bool IsTrial;
        public SquareSums* Sums;
        public Streams* Streams;
        public TensorAddresses Tensors;
        public int Unit;

        /// <summary>The streams of a thread: its own copy where tensors move their addresses.</summary>
        public readonly Streams* StreamsFor(Streams* own)
        {
            if (Tensors.IsNone)
            {
                return Streams;
            }

            *own = *Streams;
            return own;
        }

        public readonly CompiledUpdate* UpdateOf(SegmentRange* range) => IsAlike ? Updates : Updates + range->Group;

        /// <summary>The range that holds the unit, or the leaf, of that number.</summary>
        public readonly SegmentRange* Find(nint number, bool byLeaf)
        {
            (int low, int high) = (0, Count);
            while (high - low > 1)
            {
                int middle = (low + high) / 2;
                (low, high) = (byLeaf ? Ranges[middle].FirstLeaf : Ranges[middle].Before) <= number ? (middle, high) : (low, middle);
            }

            return Ranges + low;
        }
    }
}
