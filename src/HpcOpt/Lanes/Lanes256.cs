using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Lanes;

/// <summary>256-bit lanes (AVX2 with FMA).</summary>
internal readonly unsafe struct Lanes256<T>(Vector256<T> value) : IFormatLanes<Lanes256<T>, T, Vector256<uint>, IntegerLanes256>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector256<T> _value = value;

    public static int Count => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Create(double value) => new(Vector256.Create(Rounded.To<T>(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Load(T* source) => Load<NoPrefetch>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Load<TPrefetch>(T* source)
        where TPrefetch : IPrefetch
    {
        if (typeof(TPrefetch) != typeof(NoPrefetch) && Sse.IsSupported)
        {
            Sse.Prefetch0((byte*)source + TPrefetch.Bytes(sizeof(Vector256<T>)));
        }

        return new(Vector256.Load(source));
    }

    public static Lanes256<T> Broadcast(T* source) => new(Vector256.Create(*source));

    public static bool Packs => false;

    public static bool Widens => typeof(T) == typeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(Lanes256<T> x, out Vector512<double> low, out Vector512<double> high)
    {
        (Vector256<double> first, Vector256<double> second) = Vector256.Widen(x._value.AsSingle());
        (low, high) = (Vector512.Create(first, second), default);
    }

    public static void Store(T* destination, Lanes256<T> value) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> LoadFirst(T* source, nint count)
    {
        if (!Avx.IsSupported)
        {
            return Tail.Load<Lanes256<T>, T>(source, count);
        }

        return typeof(T) == typeof(float)
            ? new(Avx.MaskLoad((float*)source, First(count).AsSingle()).As<float, T>())
            : new(Avx.MaskLoad((double*)source, First(count).AsDouble()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(T* destination, nint count, Lanes256<T> value)
    {
        if (!Avx.IsSupported)
        {
            Tail.Store(destination, count, value);
        }
        else if (typeof(T) == typeof(float))
        {
            Avx.MaskStore((float*)destination, First(count).AsSingle(), value._value.AsSingle());
        }
        else
        {
            Avx.MaskStore((double*)destination, First(count).AsDouble(), value._value.AsDouble());
        }
    }

    public static Lanes256<T> operator +(Lanes256<T> x, Lanes256<T> y) => new(x._value + y._value);

    public static Lanes256<T> operator -(Lanes256<T> x, Lanes256<T> y) => new(x._value - y._value);

    public static Lanes256<T> operator *(Lanes256<T> x, Lanes256<T> y) => new(x._value * y._value);

    public static Lanes256<T> operator /(Lanes256<T> x, Lanes256<T> y) => new(x._value / y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MulAdd(Lanes256<T> x, Lanes256<T> y, Lanes256<T> z) =>
        typeof(T) == typeof(float)
            ? new(Vector256.FusedMultiplyAdd(x._value.AsSingle(), y._value.AsSingle(), z._value.AsSingle()).As<float, T>())
            : new(Vector256.FusedMultiplyAdd(x._value.AsDouble(), y._value.AsDouble(), z._value.AsDouble()).As<double, T>());

    public static Lanes256<T> Sqrt(Lanes256<T> x) => new(Vector256.Sqrt(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Abs(Lanes256<T> x) => new(Vector256.Abs(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Sign(Lanes256<T> x) =>
        new(Vector256.ConditionalSelect(
            Vector256.GreaterThan(Vector256.Abs(x._value), Vector256<T>.Zero), Vector256.CopySign(Vector256<T>.One, x._value), x._value));

    // x86's own instruction: y where either is NaN, and where both are zeros.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Max(Lanes256<T> x, Lanes256<T> y) =>
        !Avx.IsSupported ? IfGreater(x, y, x, y)
        : typeof(T) == typeof(float) ? new(Avx.Max(x._value.AsSingle(), y._value.AsSingle()).As<float, T>())
        : new(Avx.Max(x._value.AsDouble(), y._value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Min(Lanes256<T> x, Lanes256<T> y) =>
        !Avx.IsSupported ? IfGreater(y, x, x, y)
        : typeof(T) == typeof(float) ? new(Avx.Min(x._value.AsSingle(), y._value.AsSingle()).As<float, T>())
        : new(Avx.Min(x._value.AsDouble(), y._value.AsDouble()).As<double, T>());

    public static Lanes256<T> IfGreater(Lanes256<T> x, Lanes256<T> y, Lanes256<T> yes, Lanes256<T> no) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(x._value, y._value), yes._value, no._value));

    private static Vector256<T> First(nint count) =>
        sizeof(T) == sizeof(int)
            ? Vector256.LessThan(Vector256<int>.Indices, Vector256.Create((int)count)).As<int, T>()
            : Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).As<long, T>();
}
