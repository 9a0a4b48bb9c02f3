using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Lanes;

/// <summary>
/// 512-bit lanes (AVX-512). Without the hardware the runtime computes the same bits with two halves, which the tests use.
/// </summary>
internal readonly unsafe struct Lanes512<T>(Vector512<T> value) : IFormatLanes<Lanes512<T>, T, Vector512<uint>, IntegerLanes512>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector512<T> _value = value;

    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Create(double value) => new(Vector512.Create(Rounded.To<T>(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Load(T* source) => Load<NoPrefetch>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Load<TPrefetch>(T* source)
        where TPrefetch : IPrefetch
    {
        if (typeof(TPrefetch) != typeof(NoPrefetch) && Sse.IsSupported)
        {
            Sse.Prefetch0((byte*)source + TPrefetch.Bytes(sizeof(Vector512<T>)));
        }

        return new(Vector512.Load(source));
    }

    public static Lanes512<T> Broadcast(T* source) => new(Vector512.Create(*source));

    public static bool Packs => Avx512F.IsSupported;

    public static bool Widens => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(Lanes512<T> x, out Vector512<double> low, out Vector512<double> high) =>
        (low, high) = typeof(T) == typeof(float) ? Vector512.Widen(x._value.AsSingle()) : (x._value.AsDouble(), default);

    public static void Store(T* destination, Lanes512<T> value) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> LoadFirst(T* source, nint count)
    {
        if (!Avx512F.IsSupported)
        {
            return Tail.Load<Lanes512<T>, T>(source, count);
        }

        return typeof(T) == typeof(float)
            ? new(Avx512F.MaskLoad((float*)source, First(count).AsSingle(), Vector512<float>.Zero).As<float, T>())
            : new(Avx512F.MaskLoad((double*)source, First(count).AsDouble(), Vector512<double>.Zero).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(T* destination, nint count, Lanes512<T> value)
    {
        if (!Avx512F.IsSupported)
        {
            Tail.Store(destination, count, value);
        }
        else if (typeof(T) == typeof(float))
        {
            Avx512F.MaskStore((float*)destination, First(count).AsSingle(), value._value.AsSingle());
        }
        else
        {
            Avx512F.MaskStore((double*)destination, First(count).AsDouble(), value._value.AsDouble());
        }
    }

    public static Lanes512<T> operator +(Lanes512<T> x, Lanes512<T> y) => new(x._value + y._value);

    public static Lanes512<T> operator -(Lanes512<T> x, Lanes512<T> y) => new(x._value - y._value);

    public static Lanes512<T> operator *(Lanes512<T> x, Lanes512<T> y) => new(x._value * y._value);

    public static Lanes512<T> operator /(Lanes512<T> x, Lanes512<T> y) => new(x._value / y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MulAdd(Lanes512<T> x, Lanes512<T> y, Lanes512<T> z) =>
        typeof(T) == typeof(float)
            ? new(Vector512.FusedMultiplyAdd(x._value.AsSingle(), y._value.AsSingle(), z._value.AsSingle()).As<float, T>())
            : new(Vector512.FusedMultiplyAdd(x._value.AsDouble(), y._value.AsDouble(), z._value.AsDouble()).As<double, T>());

    public static Lanes512<T> Sqrt(Lanes512<T> x) => new(Vector512.Sqrt(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Abs(Lanes512<T> x) => new(Vector512.Abs(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Sign(Lanes512<T> x) =>
        new(Vector512.ConditionalSelect(
            Vector512.GreaterThan(Vector512.Abs(x._value), Vector512<T>.Zero), Vector512.CopySign(Vector512<T>.One, x._value), x._value));

    // x86's own instruction: y where either is NaN, and where both are zeros.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Max(Lanes512<T> x, Lanes512<T> y) =>
        !Avx512F.IsSupported ? IfGreater(x, y, x, y)
        : typeof(T) == typeof(float) ? new(Avx512F.Max(x._value.AsSingle(), y._value.AsSingle()).As<float, T>())
        : new(Avx512F.Max(x._value.AsDouble(), y._value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Min(Lanes512<T> x, Lanes512<T> y) =>
        !Avx512F.IsSupported ? IfGreater(y, x, x, y)
        : typeof(T) == typeof(float) ? new(Avx512F.Min(x._value.AsSingle(), y._value.AsSingle()).As<float, T>())
        : new(Avx512F.Min(x._value.AsDouble(), y._value.AsDouble()).As<double, T>());

    public static Lanes512<T> IfGreater(Lanes512<T> x, Lanes512<T> y, Lanes512<T> yes, Lanes512<T> no) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(x._value, y._value), yes._value, no._value));

    private static Vector512<T> First(nint count) =>
        sizeof(T) == sizeof(int)
            ? Vector512.LessThan(Vector512<int>.Indices, Vector512.Create((int)count)).As<int, T>()
            : Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).As<long, T>();
}
