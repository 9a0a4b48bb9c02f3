using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Engine;

/// <summary>
/// Applies the update of a step to some rows of the parameters, wherever they lie: wide rows in place; narrow ones gathered into a tile in the first-level cache,
/// swept there like any vector, and scattered. No row belongs to two threads.
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

    private const int Streams = 6;

    public GroupPass* Pass;

    /// <summary>P and the state are the whole vectors; G holds the values of the rows, one behind the other.</summary>
    public Vectors<T>* Memory;

    public nint* Rows;
    public nint Count;
    public int Width;
    public int StateCount;

    /// <summary>Updates the rows numbered from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    public static void Run(void* pass, nint start, nint end)
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
        for (nint i = start; i < end; i++)
        {
            nint offset = Rows[i] * Width;
            var row = new Vectors<T> { Length = Width, G = Memory->G + (i * Width), P = Memory->P + offset };
            for (int s = 0; s < StateCount; s++)
            {
                (&row.S0)[s] = (&Memory->S0)[s] + offset;
            }

            Pass->Apply(Pass, &row, null, 0, Width);
        }
    }

    private readonly void InTiles(nint start, nint end)
    {
        byte* bytes = stackalloc byte[(Streams * TileBytes) + 64];
        var tiles = (T*)(((nint)bytes + 63) & ~(nint)63);
        nint rows = TileBytes / sizeof(T) / Width;
        var tile = new Vectors<T> { P = tiles };
        for (int s = 0; s < StateCount; s++)
        {
            (&tile.S0)[s] = tiles + ((s + 1) * (TileBytes / sizeof(T)));
        }

        for (nint i = start; i < end; i += rows)
        {
            nint count = nint.Min(rows, end - i);
            tile.Length = count * Width;
            tile.G = Memory->G + (i * Width);
            Gather(i, count, &tile);
            Pass->Apply(Pass, &tile, null, 0, tile.Length);
            Scatter(i, count, &tile);
        }
    }

    private readonly void Gather(nint first, nint count, Vectors<T>* tile)
    {
        for (nint i = 0; i < count; i++)
        {
            Prefetch(nint.Min(first + i + Ahead, Count - 1));
            nint offset = Rows[first + i] * Width;
            Copy(Memory->P + offset, tile->P + (i * Width));
            for (int s = 0; s < StateCount; s++)
            {
                Copy((&Memory->S0)[s] + offset, (&tile->S0)[s] + (i * Width));
            }
        }
    }

    private readonly void Scatter(nint first, nint count, Vectors<T>* tile)
    {
        for (nint i = 0; i < count; i++)
        {
            nint offset = Rows[first + i] * Width;
            Copy(tile->P + (i * Width), Memory->P + offset);
            for (int s = 0; s < StateCount; s++)
            {
                Copy((&tile->S0)[s] + (i * Width), (&Memory->S0)[s] + offset);
            }
        }
    }

    // The rows lie anywhere, so no hardware asks for them ahead.
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
            Sse.Prefetch0((byte*)(Memory->P + offset) + b);
            for (int s = 0; s < StateCount; s++)
            {
                Sse.Prefetch0((byte*)((&Memory->S0)[s] + offset) + b);
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
