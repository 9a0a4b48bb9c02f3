using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Lanes;

/// <summary>128-bit lanes (SSE2, AdvSimd, WebAssembly).</summary>
internal readonly unsafe struct Lanes128<T>(Vector128<T> value) : IFormatLanes<Lanes128<T>, T, Vector128<uint>, IntegerLanes128>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector128<T> _value = value;

    public static int Count => Vector128<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Create(double value) => new(Vector128.Create(Rounded.To<T>(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Load(T* source) => Load<NoPrefetch>(source);

    public static Lanes128<T> Load<TPrefetch>(T* source)
        where TPrefetch : IPrefetch => new(Vector128.Load(source));

    public static Lanes128<T> Broadcast(T* source) => new(Vector128.Create(*source));

    public static bool Packs => false;

    public static bool Widens => false;

    public static void Widen(Lanes128<T> x, out Vector512<double> low, out Vector512<double> high) => throw new NotSupportedException();

    public static void Store(T* destination, Lanes128<T> value) => value._value.Store(destination);

    public static Lanes128<T> LoadFirst(T* source, nint count) => Tail.Load<Lanes128<T>, T>(source, count);

    public static void StoreFirst(T* destination, nint count, Lanes128<T> value) => Tail.Store(destination, count, value);

    public static Lanes128<T> operator +(Lanes128<T> x, Lanes128<T> y) => new(x._value + y._value);

    public static Lanes128<T> operator -(Lanes128<T> x, Lanes128<T> y) => new(x._value - y._value);

    public static Lanes128<T> operator *(Lanes128<T> x, Lanes128<T> y) => new(x._value * y._value);

    public static Lanes128<T> operator /(Lanes128<T> x, Lanes128<T> y) => new(x._value / y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MulAdd(Lanes128<T> x, Lanes128<T> y, Lanes128<T> z) =>
        typeof(T) == typeof(float)
            ? new(Vector128.FusedMultiplyAdd(x._value.AsSingle(), y._value.AsSingle(), z._value.AsSingle()).As<float, T>())
            : new(Vector128.FusedMultiplyAdd(x._value.AsDouble(), y._value.AsDouble(), z._value.AsDouble()).As<double, T>());

    public static Lanes128<T> Sqrt(Lanes128<T> x) => new(Vector128.Sqrt(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Abs(Lanes128<T> x) => new(Vector128.Abs(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Sign(Lanes128<T> x) =>
        new(Vector128.ConditionalSelect(
            Vector128.GreaterThan(Vector128.Abs(x._value), Vector128<T>.Zero), Vector128.CopySign(Vector128<T>.One, x._value), x._value));

    // x86's own instruction: y where either is NaN, and where both are zeros.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Max(Lanes128<T> x, Lanes128<T> y) =>
        !Sse.IsSupported ? IfGreater(x, y, x, y)
        : typeof(T) == typeof(float) ? new(Sse.Max(x._value.AsSingle(), y._value.AsSingle()).As<float, T>())
        : new(Sse2.Max(x._value.AsDouble(), y._value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Min(Lanes128<T> x, Lanes128<T> y) =>
        !Sse.IsSupported ? IfGreater(y, x, x, y)
        : typeof(T) == typeof(float) ? new(Sse.Min(x._value.AsSingle(), y._value.AsSingle()).As<float, T>())
        : new(Sse2.Min(x._value.AsDouble(), y._value.AsDouble()).As<double, T>());

    public static Lanes128<T> IfGreater(Lanes128<T> x, Lanes128<T> y, Lanes128<T> yes, Lanes128<T> no) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(x._value, y._value), yes._value, no._value));
}
