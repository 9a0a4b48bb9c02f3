using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HpcOpt.Engine;

namespace HpcOpt.Blas.Managed;

/// <summary>Operations on vectors. Each element is computed alone, and sums have a fixed shape, so the width changes no bit.</summary>
/// <remarks>Vector512 on every path: the run-time halves it where the hardware lacks it.</remarks>
internal static unsafe class VectorLoops<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Σx² of doubles between these is exact to the last bits: nothing has overflowed, and what was lost by underflow does not count.
    private const double LeastSafeSquare = 1e-270;

    // A multiple of the partial sums.
    private const int MostAtOnce = 1 << 30;

    private static nint Width => Vector512<T>.Count;

    /// <summary>y ← αx + y, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Axpy(nint n, T alpha, T* x, T* y)
    {
        Vector512<T> factor = Vector512.Create(alpha);
        nint i = 0;
        for (; i <= n - Width; i += Width)
        {
            MulAdd(factor, Vector512.Load(x + i), Vector512.Load(y + i)).Store(y + i);
        }

        for (; i < n; i++)
        {
            y[i] = T.FusedMultiplyAdd(alpha, x[i], y[i]);
        }
    }

    /// <summary>x ← αx; zeros for α = 0, whatever x was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scal(nint n, T alpha, T* x)
    {
        bool clears = alpha == T.Zero;
        Vector512<T> factor = Vector512.Create(alpha);
        nint i = 0;
        for (; i <= n - Width; i += Width)
        {
            (clears ? Vector512<T>.Zero : factor * Vector512.Load(x + i)).Store(x + i);
        }

        for (; i < n; i++)
        {
            x[i] = clears ? T.Zero : alpha * x[i];
        }
    }

    /// <summary>(x, y) ← (cx - sy, sx + cy), each rounded twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(nint n, T cos, T sin, T* x, T* y)
    {
        Vector512<T> c = Vector512.Create(cos), s = Vector512.Create(sin), minus = Vector512.Create(-sin);
        nint i = 0;
        for (; i <= n - Width; i += Width)
        {
            Vector512<T> first = Vector512.Load(x + i), second = Vector512.Load(y + i);
            MulAdd(c, first, minus * second).Store(x + i);
            MulAdd(s, first, c * second).Store(y + i);
        }

        for (; i < n; i++)
        {
            (x[i], y[i]) = (T.FusedMultiplyAdd(cos, x[i], -sin * y[i]), T.FusedMultiplyAdd(sin, x[i], cos * y[i]));
        }
    }

    /// <summary>Σxᵢyᵢ in double: element i enters partial sum i mod 16, and these are added in halves.</summary>
    public static double Dot(nint n, T* x, T* y)
    {
        Vector512<double> low = default, high = default;
        nint whole = n - (n % SquareSums.Lanes);
        DotWholes(whole, x, y, ref low, ref high);
        if (whole < n)
        {
            T* rest = stackalloc T[2 * SquareSums.Lanes];
            CopyRest(x + whole, n - whole, rest);
            CopyRest(y + whole, n - whole, rest + SquareSums.Lanes);
            DotWholes(SquareSums.Lanes, rest, rest + SquareSums.Lanes, ref low, ref high);
        }

        return Sum(low, high);
    }

    /// <summary>Σxᵢ² in the shape of <see cref="SquareSums"/>, of one block however long.</summary>
    public static double Squares(nint n, T* x)
    {
        SquareSums.Partial squares = default;
        nint whole = n - (n % SquareSums.Lanes);
        for (nint i = 0, length; i < whole; i += length)
        {
            length = nint.Min(MostAtOnce, whole - i);
            squares.Add(x + i, (int)length);
        }

        if (whole < n)
        {
            T* rest = stackalloc T[SquareSums.Lanes];
            CopyRest(x + whole, n - whole, rest);
            squares.Add(rest, SquareSums.Lanes);
        }

        return squares.Total;
    }

    /// <summary>√Σxᵢ²; where a square overflows or underflows a double, the elements are scaled by a power of two first.</summary>
    public static double Norm(nint n, T* x)
    {
        double squares = Squares(n, x);
        if (squares is >= LeastSafeSquare and < double.PositiveInfinity || double.IsNaN(squares))
        {
            return Math.Sqrt(squares);
        }

        double largest = Largest(n, x);
        if (largest == 0 || !double.IsFinite(largest))
        {
            return largest;
        }

        // Never subnormal and never infinite itself: the exponent of a finite double is -1074 to 1023.
        int exponent = Math.ILogB(largest);
        (squares, double scale) = (0, Math.ScaleB(1, Math.Clamp(-exponent, -1022, 1023)));
        for (nint i = 0; i < n; i++)
        {
            double scaled = double.CreateTruncating(x[i]) * scale;
            squares = Math.FusedMultiplyAdd(scaled, scaled, squares);
        }

        return Math.Sqrt(squares) / scale;
    }

    /// <summary>max |xᵢ|; NaN if one is.</summary>
    public static double Largest(nint n, T* x)
    {
        double largest = 0;
        for (nint i = 0; i < n; i++)
        {
            largest = Math.Max(largest, Math.Abs(double.CreateTruncating(x[i])));
        }

        return largest;
    }

    // Apart from the rest of the vector: with memory on the stack in the same method the sums went there too, and took 1.7 times as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void DotWholes(nint n, T* x, T* y, ref Vector512<double> low, ref Vector512<double> high)
    {
        (Vector512<double> first, Vector512<double> second) = (low, high);
        for (nint i = 0; i < n; i += SquareSums.Lanes)
        {
            (Vector512<double> x0, Vector512<double> x1) = Widen(x + i);
            (Vector512<double> y0, Vector512<double> y1) = Widen(y + i);
            first = Vector512.FusedMultiplyAdd(x0, y0, first);
            second = Vector512.FusedMultiplyAdd(x1, y1, second);
        }

        (low, high) = (first, second);
    }

    private static void CopyRest(T* from, nint count, T* to)
    {
        new Span<T>(to, SquareSums.Lanes).Clear();
        new ReadOnlySpan<T>(from, (int)count).CopyTo(new Span<T>(to, SquareSums.Lanes));
    }

    private static double Sum(Vector512<double> low, Vector512<double> high)
    {
        Vector512<double> eight = low + high;
        Vector256<double> four = eight.GetLower() + eight.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MulAdd(Vector512<T> x, Vector512<T> y, Vector512<T> z) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> Low, Vector512<double> High) Widen(T* x) =>
        typeof(T) == typeof(float)
            ? Vector512.Widen(Vector512.Load((float*)x))
            : (Vector512.Load((double*)x), Vector512.Load((double*)x + 8));
}
