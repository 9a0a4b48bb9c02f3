using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>The update of one group in this step: its constants, and the loops for its lanes and formats.</summary>
internal unsafe struct CompiledUpdate
{
    public void* Constants;

    /// <summary>Updates some elements of a range.</summary>
    public delegate*<CompiledUpdate*, Streams*, SegmentRange*, nint, nint, void> Apply;

    /// <summary>First pass over some blocks of a range; null unless the update is layer-wise.</summary>
    public delegate*<CompiledUpdate*, Streams*, SegmentRange*, nint, nint, SquareSums*, void> Measure;

    /// <summary>Between the passes: from sums of squares to the layer's factor.</summary>
    public delegate*<CompiledUpdate*, SegmentRange*, SquareSums, void> Finish;
}

/// <summary>The compiled updates of a step, one for each group, at addresses that do not change.</summary>
internal sealed unsafe class CompiledUpdates
{
    private readonly CompiledUpdate[] _updates;
    private readonly int[] _sizes;
    private readonly byte[]?[] _constants;

    public CompiledUpdates(int groups)
    {
        _updates = GC.AllocateArray<CompiledUpdate>(groups, pinned: true);
        _sizes = new int[groups];
        _constants = new byte[groups][];
        First = (CompiledUpdate*)Unsafe.AsPointer(ref _updates[0]);
    }

    public CompiledUpdate* First { get; }

    /// <summary>Keeps the update of a group until the next one.</summary>
    public void Set<TUpdate>(int group, in TUpdate update, CompiledUpdate loops)
        where TUpdate : unmanaged
    {
        // Once, unless an option of the group changes between steps.
        if (_sizes[group] < sizeof(TUpdate))
        {
            Grow(group, sizeof(TUpdate));
        }

        CompiledUpdate* kept = First + group;
        loops.Constants = kept->Constants;
        Bits.Copy(update, ref *(TUpdate*)kept->Constants);
        *kept = loops;
    }

    /// <summary>Forgets the update of a group.</summary>
    public void Clear(int group) => First[group].Apply = null;

    /// <summary>Whether a group has an update.</summary>
    public bool Has(int group) => First[group].Apply != null;

    /// <summary>Leaves the ranges of a group alone.</summary>
    public void Skip(int group) => First[group].Apply = &Nothing;

    private static void Nothing(CompiledUpdate* update, Streams* streams, SegmentRange* range, nint start, nint end)
    {
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int group, int size)
    {
        _constants[group] = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        _sizes[group] = size;
        First[group].Constants = Unsafe.AsPointer(ref _constants[group]![0]);
    }
}

/// <summary>Chooses the loops of an update for the lanes and formats of a step, and keeps both with its constants.</summary>
internal readonly unsafe struct UpdateCompiler<T, V>(CompiledUpdates updates, int group, Streams* streams) : ISweep<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IKernelLanes<V, T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, IUpdate<V> =>
        updates.Set(group, update, new CompiledUpdate
        {
            Apply = streams->IsLowPrecision ? LowPrecisionLoops<T, V, TUpdate>.For(streams) : &UpdateLoop<T, V, TUpdate>.Run,
        });

    public void RunLayerwise<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, ILayerwiseUpdate<V> =>
        updates.Set(group, update, LayerwiseLoop<T, V, TUpdate>.For(streams));
}
