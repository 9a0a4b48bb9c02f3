using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Training;

/// <summary>e^x and the normal distribution on vectors, from IEEE operations alone, so with the same bits on every machine.</summary>
/// <remarks>Vector256 everywhere: the run-time halves it where the hardware is narrower, and the bits do not change.</remarks>
internal static class VectorMath
{
    // Taylor's coefficients of (e^r - 1)/r, 1/n! from the highest: |r| ≤ ln2/2 leaves a remainder below 2^-27 (float), 2^-57.
    private static ReadOnlySpan<float> SingleExponential => [1 / 5040f, 1 / 720f, 1 / 120f, 1 / 24f, 1 / 6f, 1 / 2f, 1f];

    private static ReadOnlySpan<double> DoubleExponential =>
    [
        1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0, 1 / 720.0, 1 / 120.0,
        1 / 24.0, 1 / 6.0, 1 / 2.0, 1.0,
    ];

    // (t + 4)·R(t), with Mills' ratio R(t) = (1 - Φ(t))/φ(t), as a polynomial in q = 1 - 8/(t + 4), in [-1, 1] for t ≥ 0: interpolated
    // at Chebyshev's points in 40 digits by tests/HpcOpt.Training.Tests/Data/elementary.py. Relative errors 2.2e-9 and 1.4e-17.
    private static ReadOnlySpan<float> SingleMills =>
    [
        5.309786727520944e-05f, -4.339179842591588e-06f, -0.0005403633229085987f, 0.00033501935909112867f, 0.00406585159110301f,
        -0.0087229526886489f, -0.01889425495863427f, 0.15139194626659092f, -0.4675417197000651f, 0.9704095376160407f,
        -1.5237708842355158f, 1.8932190635612893f,
    ];

    private static ReadOnlySpan<double> DoubleMills =>
    [
        8.53083886026053e-10, -3.0073979672398766e-10, -9.35134044482434e-09, -1.4722998923746307e-09, 5.3711037651589576e-08,
        4.473060051450323e-08, -2.1774195022039326e-07, -4.00493929251171e-07, 6.829633831673466e-07, 2.568755311229722e-06,
        -1.5787665654677373e-06, -1.4843277679080294e-05, 1.7963971214040778e-06, 8.809573121072337e-05, -4.783264259417208e-06,
        -0.0005792693046478719, 0.0003342446162328441, 0.004087855681200072, -0.008722295274260125, -0.018900450861711257,
        0.15139176231244347, -0.4675409629983325, 0.9704095548675884, -1.5237709108199835, 1.8932190633084853,
    ];

    /// <summary>e^x = 2^k (1 + e^r - 1) for x ≤ 88 (float) or 709, within 2 ulp; 0 below the smallest normal; NaN for NaN.</summary>
    public static Vector256<T> Exp<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Vector256<T> power, Vector256<T> remainder) = Reduce(x);
        Vector256<T> least = Create<T>(typeof(T) == typeof(float) ? -87 : -708);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, least), Vector256<T>.Zero, MulAdd(power, remainder, power));
    }

    /// <summary>e^x - 1 = 2^k (e^r - 1) + (2^k - 1) for 0 ≤ x ≤ 88 (float) or 709, within 4 ulp, small x too; NaN for NaN.</summary>
    public static Vector256<T> ExpMinusOne<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Vector256<T> power, Vector256<T> remainder) = Reduce(x);
        return MulAdd(power, remainder, power - Vector256<T>.One);
    }

    /// <summary>The normal density φ(t) = e^(-t²/2)/√(2π) and the upper tail 1 - Φ(t) = φ(t)·R(t), for t ≥ 0.</summary>
    public static (Vector256<T> Density, Vector256<T> Tail) Normal<T>(Vector256<T> t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> density = Exp(Create<T>(-0.5) * t * t) * Create<T>(0.3989422804014327);
        Vector256<T> inverse = Vector256<T>.One / (t + Create<T>(4));
        Vector256<T> q = MulAdd(Create<T>(-8), inverse, Vector256<T>.One);
        return (density, density * inverse * Polynomial(SingleMills, DoubleMills, q));
    }

    /// <summary>x · y + z, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MulAdd<T>(Vector256<T> x, Vector256<T> y, Vector256<T> z) =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>()
            : Vector256.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();

    /// <summary>Every element is <paramref name="value"/>, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Create<T>(double value) =>
        typeof(T) == typeof(float) ? Vector256.Create((float)value).As<float, T>() : Vector256.Create(value).As<double, T>();

    /// <summary>2^k and e^r - 1 with x = k ln 2 + r, |r| ≤ ln2/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<T> Power, Vector256<T> Remainder) Reduce<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Adding 1.5·2^23 (2^52) rounds to a whole number k, which then stands in the lowest bits: shifted to the exponent, they are 2^k.
        // The high part of ln 2 has few bits, so that its product with k is exact.
        Vector256<T> shift = Create<T>(typeof(T) == typeof(float) ? 12582912.0 : 6755399441055744.0);
        Vector256<T> shifted = MulAdd(x, Create<T>(1.4426950408889634), shift);
        Vector256<T> k = shifted - shift;
        Vector256<T> power = typeof(T) == typeof(float)
            ? ((shifted.AsInt32() << 23) + Vector256.Create(127 << 23)).As<int, T>()
            : ((shifted.AsInt64() << 52) + Vector256.Create(1023L << 52)).As<long, T>();
        (double high, double low) =
            typeof(T) == typeof(float) ? (0.693359375, -2.1219444005469057e-4) : (6.93147180369123816490e-01, 1.90821492927058770002e-10);
        Vector256<T> r = MulAdd(k, Create<T>(-low), MulAdd(k, Create<T>(-high), x));
        return (power, r * Polynomial(SingleExponential, DoubleExponential, r));
    }

    /// <summary>By Horner, from the highest coefficient, with the coefficients of the precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Polynomial<T>(ReadOnlySpan<float> singles, ReadOnlySpan<double> doubles, Vector256<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256<float> sum = Vector256<float>.Zero;
            foreach (float c in singles)
            {
                sum = Vector256.FusedMultiplyAdd(sum, x.AsSingle(), Vector256.Create(c));
            }

            return sum.As<float, T>();
        }
        else
        {
            Vector256<double> sum = Vector256<double>.Zero;
            foreach (double c in doubles)
            {
                sum = Vector256.FusedMultiplyAdd(sum, x.AsDouble(), Vector256.Create(c));
            }

            return sum.As<double, T>();
        }
    }
}
