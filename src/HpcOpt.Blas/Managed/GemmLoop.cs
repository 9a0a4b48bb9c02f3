using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Blas.Managed;

/// <summary>
/// C ← C + αAB by tiles of 6 rows and two vectors of columns, over copies of A and B in the order in which the tiles read them.
/// </summary>
/// <remarks>
/// Each element is one chain, s ← fma(round(αaᵢₚ), bₚⱼ, s) for p = 0, 1, … from s = cᵢⱼ on, so its bits depend neither on the width nor on
/// where C was cut. The blocks follow K. Goto, R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34 (2008):
/// a block of A stays in the second cache, a panel of B in the first.
/// </remarks>
internal static unsafe class GemmLoop<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IMemoryLanes<V, T>
{
    private const int TileRows = 6;
    private const int BlockRows = 20 * TileRows;
    private const int BlockDepth = 256;
    private const int BlockColumns = 1024;

    [ThreadStatic]
    private static NativeVector<T>? _copies;

    private static nint TileColumns => 2 * V.Count;

    /// <summary>C ← C + αAB.</summary>
    public static void Run(nint m, nint n, nint k, T alpha, MatrixOperand<T> a, MatrixOperand<T> b, T* c, nint strideC)
    {
        // Both copies, and a tile for the rims of C.
        NativeVector<T> copies = _copies ??= new(
            (BlockRows * BlockDepth) + (BlockDepth * BlockColumns) + (TileRows * TileColumns), Serial.Execution);
        T* blockA = copies.Pointer;
        T* blockB = blockA + (BlockRows * BlockDepth);
        T* rim = blockB + (BlockDepth * BlockColumns);
        for (nint j = 0; j < n; j += BlockColumns)
        {
            nint columns = nint.Min(BlockColumns, n - j);
            for (nint p = 0; p < k; p += BlockDepth)
            {
                nint depth = nint.Min(BlockDepth, k - p);
                CopyB(b.From(p, j), depth, columns, blockB);
                for (nint i = 0; i < m; i += BlockRows)
                {
                    nint rows = nint.Min(BlockRows, m - i);
                    CopyA(a.From(i, p), alpha, rows, depth, blockA);
                    Block(rows, columns, depth, blockA, blockB, c + (i * strideC) + j, strideC, rim);
                }
            }
        }

        GC.KeepAlive(copies);
    }

    private static void Block(nint rows, nint columns, nint depth, T* a, T* b, T* c, nint strideC, T* rim)
    {
        for (nint j = 0; j < columns; j += TileColumns)
        {
            nint width = nint.Min(TileColumns, columns - j);
            for (nint i = 0; i < rows; i += TileRows)
            {
                nint height = nint.Min(TileRows, rows - i);
                T* corner = c + (i * strideC) + j;
                if (width == TileColumns && height == TileRows)
                {
                    Tile(depth, a + (i * depth), b + (j * depth), corner, strideC);
                }
                else
                {
                    Move(height, width, corner, strideC, rim, TileColumns);
                    Tile(depth, a + (i * depth), b + (j * depth), rim, TileColumns);
                    Move(height, width, rim, TileColumns, corner, strideC);
                }
            }
        }
    }

    // Twelve sums cover the latency of a fused multiply-add at two a cycle, and 16 registers hold them with their factors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(nint depth, T* a, T* b, T* c, nint strideC)
    {
        nint second = V.Count;
        T* c1 = c + strideC, c2 = c1 + strideC, c3 = c2 + strideC, c4 = c3 + strideC, c5 = c4 + strideC;
        V s00 = V.Load(c), s01 = V.Load(c + second), s10 = V.Load(c1), s11 = V.Load(c1 + second);
        V s20 = V.Load(c2), s21 = V.Load(c2 + second), s30 = V.Load(c3), s31 = V.Load(c3 + second);
        V s40 = V.Load(c4), s41 = V.Load(c4 + second), s50 = V.Load(c5), s51 = V.Load(c5 + second);
        for (T* end = a + (depth * TileRows); a < end; a += TileRows, b += TileColumns)
        {
            V b0 = V.Load(b), b1 = V.Load(b + second);
            V row = V.Broadcast(a);
            (s00, s01) = (V.MulAdd(row, b0, s00), V.MulAdd(row, b1, s01));
            row = V.Broadcast(a + 1);
            (s10, s11) = (V.MulAdd(row, b0, s10), V.MulAdd(row, b1, s11));
            row = V.Broadcast(a + 2);
            (s20, s21) = (V.MulAdd(row, b0, s20), V.MulAdd(row, b1, s21));
            row = V.Broadcast(a + 3);
            (s30, s31) = (V.MulAdd(row, b0, s30), V.MulAdd(row, b1, s31));
            row = V.Broadcast(a + 4);
            (s40, s41) = (V.MulAdd(row, b0, s40), V.MulAdd(row, b1, s41));
            row = V.Broadcast(a + 5);
            (s50, s51) = (V.MulAdd(row, b0, s50), V.MulAdd(row, b1, s51));
        }

        V.Store(c, s00);
        V.Store(c + second, s01);
        V.Store(c1, s10);
        V.Store(c1 + second, s11);
        V.Store(c2, s20);
        V.Store(c2 + second, s21);
        V.Store(c3, s30);
        V.Store(c3 + second, s31);
        V.Store(c4, s40);
        V.Store(c4 + second, s41);
        V.Store(c5, s50);
        V.Store(c5 + second, s51);
    }

    // αA by strips of 6 rows, each column of a strip together; zeros fill the last strip.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyA(MatrixOperand<T> a, T alpha, nint rows, nint depth, T* copy)
    {
        for (nint i = 0; i < rows; i += TileRows, copy += TileRows * depth)
        {
            for (nint r = 0; r < TileRows; r++)
            {
                for (nint p = 0; p < depth; p++)
                {
                    copy[(p * TileRows) + r] = i + r < rows ? alpha * *a.At(i + r, p) : T.Zero;
                }
            }
        }
    }

    // B by strips of two vectors of columns, each row of a strip together; zeros fill the last strip.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyB(MatrixOperand<T> b, nint depth, nint columns, T* copy)
    {
        for (nint j = 0; j < columns; j += TileColumns, copy += TileColumns * depth)
        {
            nint width = nint.Min(TileColumns, columns - j);
            if (width == TileColumns && b.ColumnStride == 1)
            {
                for (nint p = 0; p < depth; p++)
                {
                    T* row = b.At(p, j);
                    V.Store(copy + (p * TileColumns), V.Load(row));
                    V.Store(copy + (p * TileColumns) + V.Count, V.Load(row + V.Count));
                }

                continue;
            }

            for (nint column = 0; column < TileColumns; column++)
            {
                for (nint p = 0; p < depth; p++)
                {
                    copy[(p * TileColumns) + column] = column < width ? *b.At(p, j + column) : T.Zero;
                }
            }
        }
    }

    private static void Move(nint rows, nint columns, T* from, nint strideFrom, T* to, nint strideTo)
    {
        for (nint i = 0; i < rows; i++)
        {
            new ReadOnlySpan<T>(from + (i * strideFrom), (int)columns).CopyTo(new Span<T>(to + (i * strideTo), (int)columns));
        }
    }
}
