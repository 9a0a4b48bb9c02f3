using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Engine;

/// <summary>
/// Applies the update of a step to some rows of the parameters, wherever they lie: wide rows in place; narrow ones gathered into a tile in
/// the first-level cache, swept there like any vector, and scattered. No row belongs to two threads.
/// </summary>
internal unsafe struct RowPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Bytes of a row from which it is swept where it lies: the copies then cost more than one short vector at its end.</summary>
    private const int WideBytes = 1024;

    // Of one stream: five of them and the gradient fit into 32 KiB.
    private const int TileBytes = 4096;

    // Rows: some hundred nanoseconds of work, about what memory takes.
    private const int Ahead = 6;

    private const int StreamCount = 6;

    public CompiledUpdate* Update;

    /// <summary>P and the state are the whole vectors; G holds the values of the rows, one behind the other.</summary>
    public Streams* Memory;

    public nint* Rows;
    public nint Count;
    public int Width;
    public int StateCount;

    /// <summary>What the step multiplies the rows with that do not appear.</summary>
    public LazyDecay Decay;

    /// <summary>Updates all rows.</summary>
    public void Run(Execution execution, CompiledUpdate* update)
    {
        RowPass<T> pass = this;
        pass.Update = update;
        execution.Run(&Run, &pass, Count, Width * sizeof(T));
    }

    /// <summary>Updates the rows numbered from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    private static void Run(void* pass, nint start, nint end)
    {
        if (((RowPass<T>*)pass)->Width * sizeof(T) >= WideBytes)
        {
            ((RowPass<T>*)pass)->InPlace(start, end);
        }
        else
        {
            ((RowPass<T>*)pass)->InTiles(start, end);
        }
    }

    private readonly void InPlace(nint start, nint end)
    {
        T* p = (T*)Memory->P.Address, g = (T*)Memory->G.Address;
        for (nint i = start; i < end; i++)
        {
            nint offset = Rows[i] * Width;
            Streams row = Streams.Of(
                Width, p + offset, g + (i * Width), State(0) + offset, State(1) + offset, State(2) + offset, State(3) + offset);
            Update->Apply(Update, &row, null, 0, Width);
        }
    }

    private readonly void InTiles(nint start, nint end)
    {
        byte* bytes = stackalloc byte[(StreamCount * TileBytes) + 64];
        var tiles = (T*)(((nint)bytes + 63) & ~(nint)63);
        nint rows = TileBytes / sizeof(T) / Width, size = TileBytes / sizeof(T);
        for (nint i = start; i < end; i += rows)
        {
            nint count = nint.Min(rows, end - i);
            Streams tile = Streams.Of(
                count * Width, tiles, (T*)Memory->G.Address + (i * Width), tiles + size, tiles + (2 * size), tiles + (3 * size),
                tiles + (4 * size));
            Gather(i, count, &tile);
            Update->Apply(Update, &tile, null, 0, tile.Length);
            Scatter(i, count, &tile);
        }
    }

    private readonly T* State(int k) => (T*)Streams.StateOf(Memory, k)->Address;

    private readonly void Gather(nint first, nint count, Streams* tile)
    {
        for (nint i = 0; i < count; i++)
        {
            Prefetch(nint.Min(first + i + Ahead, Count - 1));
            nint offset = Rows[first + i] * Width;
            Copy((T*)Memory->P.Address + offset, (T*)tile->P.Address + (i * Width));
            for (int s = 0; s < StateCount; s++)
            {
                Copy(State(s) + offset, (T*)Streams.StateOf(tile, s)->Address + (i * Width));
            }
        }
    }

    private readonly void Scatter(nint first, nint count, Streams* tile)
    {
        for (nint i = 0; i < count; i++)
        {
            nint offset = Rows[first + i] * Width;
            Copy((T*)tile->P.Address + (i * Width), (T*)Memory->P.Address + offset);
            for (int s = 0; s < StateCount; s++)
            {
                Copy((T*)Streams.StateOf(tile, s)->Address + (i * Width), State(s) + offset);
            }
        }
    }

    // The rows lie anywhere, so no hardware prefetches them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Prefetch(nint i)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        nint offset = Rows[i] * Width;
        for (nint b = 0; b < Width * sizeof(T); b += 64)
        {
            Sse.Prefetch0((byte*)((T*)Memory->P.Address + offset) + b);
            for (int s = 0; s < StateCount; s++)
            {
                Sse.Prefetch0((byte*)(State(s) + offset) + b);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Copy(T* source, T* destination)
    {
        if (Width == 1)
        {
            *destination = *source;
        }
        else
        {
            Unsafe.CopyBlockUnaligned(destination, source, (uint)(Width * sizeof(T)));
        }
    }
}
