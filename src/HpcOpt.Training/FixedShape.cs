using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Training;

/// <summary>A sum whose order of additions is part of its definition, so that every instruction set gives the same bits.</summary>
internal static class FixedShape
{
    /// <summary>
    /// Σ a_j b_j in 128-byte strides of partial sums (32 floats or 16 doubles): element j enters partial sum j modulo the stride. Then the
    /// upper half is added to the lower half down to 16 bytes, and the rest from left to right. Products and sums are rounded one by one.
    /// </summary>
    public static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<Vector512<T>> va = MemoryMarshal.Cast<T, Vector512<T>>(a), vb = MemoryMarshal.Cast<T, Vector512<T>>(b[..a.Length]);
        Vector512<T> even = Vector512<T>.Zero, odd = Vector512<T>.Zero;
        int v = 0;
        for (; v + 1 < va.Length; v += 2)
        {
            even += va[v] * vb[v];
            odd += va[v + 1] * vb[v + 1];
        }

        if (v < va.Length)
        {
            even += va[v] * vb[v];
        }

        // Zeros fill the last vector: they add nothing.
        int tail = va.Length * Vector512<T>.Count;
        if (tail < a.Length)
        {
            Span<T> paddedA = stackalloc T[Vector512<T>.Count], paddedB = stackalloc T[Vector512<T>.Count];
            paddedA.Clear();
            paddedB.Clear();
            a[tail..].CopyTo(paddedA);
            b[tail..a.Length].CopyTo(paddedB);
            Vector512<T> product = Vector512.Create<T>(paddedA) * Vector512.Create<T>(paddedB);
            (even, odd) = va.Length % 2 == 0 ? (even + product, odd) : (even, odd + product);
        }

        return Sum(even + odd);
    }

    /// <summary>
    /// Σ a_j b_j in double, by 16 partial sums: element j enters partial sum j modulo 16; they are added as in <see cref="Dot"/>. A product
    /// of floats is exact, and no sum of them overflows.
    /// </summary>
    public static double WideDot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return double.CreateTruncating(Dot(a, b));
        }

        ReadOnlySpan<Vector512<float>> va = MemoryMarshal.Cast<T, Vector512<float>>(a);
        ReadOnlySpan<Vector512<float>> vb = MemoryMarshal.Cast<T, Vector512<float>>(b[..a.Length]);
        Vector512<double> low = Vector512<double>.Zero, high = Vector512<double>.Zero;
        for (int v = 0; v < va.Length; v++)
        {
            Add(va[v], vb[v]);
        }

        int tail = va.Length * Vector512<float>.Count;
        if (tail < a.Length)
        {
            Span<T> paddedA = stackalloc T[Vector512<float>.Count], paddedB = stackalloc T[Vector512<float>.Count];
            paddedA.Clear();
            paddedB.Clear();
            a[tail..].CopyTo(paddedA);
            b[tail..a.Length].CopyTo(paddedB);
            Add(MemoryMarshal.Cast<T, Vector512<float>>(paddedA)[0], MemoryMarshal.Cast<T, Vector512<float>>(paddedB)[0]);
        }

        return Sum(low + high);

        void Add(Vector512<float> x, Vector512<float> y)
        {
            low += Vector512.WidenLower(x) * Vector512.WidenLower(y);
            high += Vector512.WidenUpper(x) * Vector512.WidenUpper(y);
        }
    }

    private static T Sum<T>(Vector512<T> all)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> half = all.GetLower() + all.GetUpper();
        Vector128<T> quarter = half.GetLower() + half.GetUpper();
        T sum = quarter[0];
        for (int i = 1; i < Vector128<T>.Count; i++)
        {
            sum += quarter[i];
        }

        return sum;
    }
}
