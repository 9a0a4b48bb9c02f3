using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Updates numbers in any formats by tiles of floats: formats without a loop of their own, and what such a loop leaves.</summary>
/// <remarks>Blocks of 256, which fp8 gives a scale each, are counted from the first element of a range; no two threads share one.</remarks>
internal static unsafe class TileLoop<T, V, TUpdate>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IKernelLanes<V, T>
    where TUpdate : unmanaged, IUpdate<V>
{
    private const int Length = Tile<T, V>.Length;

    /// <summary>Updates the elements from <paramref name="start"/>, where a block begins, to before <paramref name="end"/>.</summary>
    public static void Run(CompiledUpdate* update, Streams* streams, SegmentRange* range, nint start, nint end)
    {
        for (nint i = start; i < end; i += Length)
        {
            RunTile((TUpdate*)update->Constants, streams, range->ScaleOf(i), i, nint.Min(Length, end - i));
        }
    }

    /// <summary>Up to one block.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RunTile(TUpdate* update, Streams* streams, nint block, nint i, nint count)
    {
        Tile<T, V> tile;
        Streams floats;
        tile.Load(streams, &floats, i, count, block, TUpdate.StateCount, TUpdate.Traffic);
        UpdateLoop<T, V, TUpdate>.Run(update, &floats, 0, count);
        Tile<T, V>.Store(streams, &floats, i, block, TUpdate.StateCount, TUpdate.Traffic);
    }
}
