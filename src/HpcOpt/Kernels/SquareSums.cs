using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Engine;

/// <summary>Σx² and Σy² in double, in a fixed order: the same bits for every width, thread count and alignment.</summary>
/// <remarks>
/// A segment is cut into leaves of <see cref="LeafLength"/> elements. Element j of a leaf enters partial sum j mod 16 by a fused
/// multiply-add; the 16 partial sums are added in halves: 8 and 8, 4 and 4, 2 and 2, 1 and 1. The sums of the leaves are then added in
/// the same shape: leaf j to partial sum j mod 16, and so on. In double no float overflows, and nothing is lost beside 2⁻⁵³ an addition.
/// </remarks>
/// <param name="X">Σx².</param>
/// <param name="Y">Σy².</param>
public readonly unsafe record struct SquareSums(double X, double Y)
{
    /// <summary>Elements of a leaf.</summary>
    public const int LeafLength = 4096;

    /// <summary>Partial sums of a leaf.</summary>
    public const int Lanes = 16;

    /// <summary>The sums of all leaves of a segment.</summary>
    /// <param name="leaves">Those of its leaves, in order.</param>
    /// <param name="count">How many.</param>
    public static SquareSums Of(SquareSums* leaves, nint count)
    {
        double* x = stackalloc double[Lanes];
        double* y = stackalloc double[Lanes];
        new Span<double>(x, Lanes).Clear();
        new Span<double>(y, Lanes).Clear();
        for (nint i = 0; i < count; i++)
        {
            x[i % Lanes] += leaves[i].X;
            y[i % Lanes] += leaves[i].Y;
        }

        return new(Sum(Vector512.Load(x) + Vector512.Load(x + 8)), Sum(Vector512.Load(y) + Vector512.Load(y + 8)));
    }

    private static double Sum(Vector512<double> eight)
    {
        Vector256<double> four = eight.GetLower() + eight.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    /// <summary>The 16 partial sums of Σx² over a leaf, to which tiles of it are added from front to back.</summary>
    /// <remarks>Vector512 on every path: the run-time halves it where the hardware lacks it, and the bits do not change.</remarks>
    /// <param name="low">The first 8.</param>
    /// <param name="high">The others.</param>
    public struct Partial(Vector512<double> low, Vector512<double> high)
    {
        private Vector512<double> _low = low;
        private Vector512<double> _high = high;

        /// <summary>The sum of the elements so far.</summary>
        public readonly double Total => Sum(_low + _high);

        /// <summary>Adds a tile; writes zeros after its elements, up to a multiple of 16, which ends the leaf.</summary>
        /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
        /// <param name="x">The elements, with room for 15 more.</param>
        /// <param name="length">How many.</param>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Add<T>(T* x, int length)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            for (; length % Lanes != 0; length++)
            {
                x[length] = T.Zero;
            }

            (Vector512<double> low, Vector512<double> high) = (_low, _high);
            for (int i = 0; i < length; i += Lanes)
            {
                (Vector512<double> first, Vector512<double> second) = Widen(x + i);
                low = Vector512.FusedMultiplyAdd(first, first, low);
                high = Vector512.FusedMultiplyAdd(second, second, high);
            }

            (_low, _high) = (low, high);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static (Vector512<double> Low, Vector512<double> High) Widen<T>(T* x)
            where T : unmanaged => typeof(T) == typeof(float)
            ? Vector512.Widen(Vector512.Load((float*)x))
            : (Vector512.Load((double*)x), Vector512.Load((double*)x + 8));
    }
}
