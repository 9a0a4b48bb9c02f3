using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Updates vectors that are stored in other formats than the lanes compute with.</summary>
/// <remarks>Blocks of 256, which fp8 gives a scale each, are counted from <see cref="Origin"/>, the first element of a vector or segment; no two threads share one.</remarks>
internal unsafe struct StoredLoop<T, V, TUpdate>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IMemoryLanes<V, T>
    where TUpdate : unmanaged, IUpdate<V>
{
    public TUpdate* Update;
    public Vectors<T>* Memory;

    /// <summary>The element at which blocks begin.</summary>
    public nint Origin;

    /// <summary>Number of the block that begins there.</summary>
    public nint FirstBlock;

    private delegate*<void*, nint, nint, void> _body;

    /// <summary>One pass over all of a vector.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Sweep(Execution execution, TUpdate* update, Vectors<T>* memory)
    {
        var loop = new StoredLoop<T, V, TUpdate> { Update = update, Memory = memory, _body = FusedLoops<T, V, TUpdate>.For(memory->Stored) };
        if (memory->Stored->HasBlocks)
        {
            execution.Run(&Blocks, &loop, (memory->Length + Float8.BlockLength - 1) / Float8.BlockLength, Float8.BlockLength * sizeof(T));
        }
        else
        {
            execution.Run(loop._body, &loop, memory->Length, sizeof(T));
        }
    }

    /// <summary>Some elements of a segment, from and to a block's boundary or the segment's end where there are blocks.</summary>
    public static void Part(TUpdate* update, Vectors<T>* memory, SegmentRun* run, nint start, nint end)
    {
        var loop = new StoredLoop<T, V, TUpdate> { Update = update, Memory = memory, Origin = run->Start, FirstBlock = run->FirstScale, _body = FusedLoops<T, V, TUpdate>.For(memory->Stored) };
        loop._body(&loop, start, end);
    }

    private static void Blocks(void* loop, nint first, nint end)
    {
        var self = (StoredLoop<T, V, TUpdate>*)loop;
        self->_body(loop, first * Float8.BlockLength, nint.Min(end * Float8.BlockLength, self->Memory->Length));
    }

    /// <summary>Up to one block, by way of the stack.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Tile(StoredLoop<T, V, TUpdate>* loop, nint i, nint count)
    {
        StoredTile<T, V> tile;
        nint block = loop->FirstBlock + ((i - loop->Origin) / Float8.BlockLength);
        Vectors<T> floats = tile.Load(loop->Memory, i, count, block, TUpdate.StateCount, TUpdate.Traffic);
        var update = new UpdateLoop<T, V, TUpdate> { Update = loop->Update, Memory = &floats };
        UpdateLoop<T, V, TUpdate>.Run(&update, 0, count);
        StoredTile<T, V>.Store(loop->Memory, &floats, i, block, TUpdate.StateCount, TUpdate.Traffic);
    }
}
