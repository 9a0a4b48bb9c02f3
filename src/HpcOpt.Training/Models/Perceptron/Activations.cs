using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Training;

/// <summary>An activation a = f(z) with f'(z), a vector at a time; NaN stays NaN. Errors are tested against 40-digit values.</summary>
internal interface IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract Vector256<T> Of(Vector256<T> z, out Vector256<T> derivative);
}

/// <summary>max(z, 0)</summary>
internal readonly struct Relu<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Of(Vector256<T> z, out Vector256<T> derivative)
    {
        derivative = Vector256.ConditionalSelect(Vector256.GreaterThan(z, Vector256<T>.Zero), Vector256<T>.One, Vector256<T>.Zero);
        return Vector256.ConditionalSelect(Vector256.LessThan(z, Vector256<T>.Zero), Vector256<T>.Zero, z);
    }
}

/// <summary>tanh z = sign(z)·E/(E + 2) with E = e^2|z| - 1, within 4 units in the last place; 1 - tanh² z.</summary>
internal readonly struct Tanh<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector256<T> Of(Vector256<T> z, out Vector256<T> derivative)
    {
        // Beyond 22 even a double's tanh rounds to 1. Written so that NaN passes.
        Vector256<T> far = VectorMath.Create<T>(22), size = Vector256.Abs(z);
        Vector256<T> e = VectorMath.ExpMinusOne(Twice(Vector256.ConditionalSelect(Vector256.GreaterThan(size, far), far, size)));
        Vector256<T> a = Vector256.CopySign(e / (e + VectorMath.Create<T>(2)), z);
        derivative = VectorMath.MulAdd(-a, a, Vector256<T>.One);
        return a;
    }

    private static Vector256<T> Twice(Vector256<T> x) => x + x;
}

/// <summary>zΦ(z), within 4 roundings of max(1, |z|); Φ(z) + zφ(z).</summary>
internal readonly struct Gelu<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector256<T> Of(Vector256<T> z, out Vector256<T> derivative)
    {
        (Vector256<T> density, Vector256<T> tail) = VectorMath.Normal(Vector256.Abs(z));
        Vector256<T> phi = Vector256.ConditionalSelect(Vector256.GreaterThan(z, Vector256<T>.Zero), Vector256<T>.One - tail, tail);
        derivative = VectorMath.MulAdd(z, density, phi);
        return z * phi;
    }
}
