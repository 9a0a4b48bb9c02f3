using System.Buffers;
using System.Numerics;

namespace HpcOpt.Engine;

/// <summary>Euclidean norms in double, by all threads, and the same bits for every number of them, on every path and alignment.</summary>
/// <remarks>
/// The vector is cut into blocks of 4,096 elements, and the order of the additions within and between them is fixed: the sums are those
/// by which
/// layer-wise rules and clipping measure. No float overflows in double.
/// </remarks>
public static unsafe class VectorNorms
{
    private const int Tile = 256;

    /// <summary>‖x‖₂.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">Any length.</param>
    /// <param name="execution">Threads; none means <see cref="Execution.Default"/>.</param>
    public static double Norm<T>(ReadOnlySpan<T> x, Execution? execution = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* from = x)
        {
            return Root(new Operands<T>(from, null, x.Length), execution);
        }
    }

    /// <summary>‖x - y‖₂, the differences taken in double.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">Any length.</param>
    /// <param name="y">As long.</param>
    /// <param name="execution">Threads; none means <see cref="Execution.Default"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Distance<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Execution? execution = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Length(y.Length, x.Length, nameof(y));
        fixed (T* from = x, to = y)
        {
            return Root(new Operands<T>(from, to, x.Length), execution);
        }
    }

    private static double Root<T>(Operands<T> operands, Execution? execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int blocks = (int)((operands.Length + SquareSums.LeafLength - 1) / SquareSums.LeafLength);
        SquareSums[] sums = ArrayPool<SquareSums>.Shared.Rent(Math.Max(1, blocks));
        try
        {
            fixed (SquareSums* first = sums)
            {
                operands.Sums = first;
                (execution ?? Execution.Default).Run(&MeasureBlocks<T>, &operands, blocks, SquareSums.LeafLength * sizeof(T));
                return Math.Sqrt(SquareSums.Of(first, blocks).X);
            }
        }
        finally
        {
            ArrayPool<SquareSums>.Shared.Return(sums);
        }
    }

    private static void MeasureBlocks<T>(void* state, nint first, nint end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var operands = (Operands<T>*)state;
        for (nint block = first; block < end; block++)
        {
            nint start = block * SquareSums.LeafLength;
            operands->Sums[block] = new(operands->Measure(start, nint.Min(SquareSums.LeafLength, operands->Length - start)), 0);
        }
    }

    private struct Operands<T>(T* x, T* y, nint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public readonly nint Length = length;
        public SquareSums* Sums;

        public readonly double Measure(nint start, nint length)
        {
            SquareSums.Partial squares = default;
            double* tile = stackalloc double[Tile];
            for (nint i = start, end = start + length; i < end; i += Tile)
            {
                int count = (int)nint.Min(Tile, end - i);
                for (int k = 0; k < count; k++)
                {
                    tile[k] = double.CreateTruncating(x[i + k]) - (y is null ? 0 : double.CreateTruncating(y[i + k]));
                }

                squares.Add(tile, count);
            }

            return squares.Total;
        }
    }
}
