using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Lanes;

/// <summary>A single lane: the plainest statement of what every other width must reproduce.</summary>
internal readonly unsafe struct LanesScalar<T>(T value) : IFormatLanes<LanesScalar<T>, T, uint, IntegerLanesScalar>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar<T> Create(double value) => new(Rounded.To<T>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar<T> Load(T* source) => Load<NoPrefetch>(source);

    public static LanesScalar<T> Load<TPrefetch>(T* source)
        where TPrefetch : IPrefetch => new(*source);

    public static LanesScalar<T> Broadcast(T* source) => new(*source);

    public static bool Packs => false;

    public static bool Widens => false;

    public static void Widen(LanesScalar<T> x, out Vector512<double> low, out Vector512<double> high) => throw new NotSupportedException();

    public static void Store(T* destination, LanesScalar<T> value) => *destination = value._value;

    public static LanesScalar<T> LoadFirst(T* source, nint count) => Load<NoPrefetch>(source);

    public static void StoreFirst(T* destination, nint count, LanesScalar<T> value) => Store(destination, value);

    public static LanesScalar<T> operator +(LanesScalar<T> x, LanesScalar<T> y) => new(x._value + y._value);

    public static LanesScalar<T> operator -(LanesScalar<T> x, LanesScalar<T> y) => new(x._value - y._value);

    public static LanesScalar<T> operator *(LanesScalar<T> x, LanesScalar<T> y) => new(x._value * y._value);

    public static LanesScalar<T> operator /(LanesScalar<T> x, LanesScalar<T> y) => new(x._value / y._value);

    public static LanesScalar<T> MulAdd(LanesScalar<T> x, LanesScalar<T> y, LanesScalar<T> z) =>
        new(T.FusedMultiplyAdd(x._value, y._value, z._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar<T> Sqrt(LanesScalar<T> x) => new(T.Sqrt(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar<T> Abs(LanesScalar<T> x) => new(T.Abs(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar<T> Sign(LanesScalar<T> x) => T.Abs(x._value) > T.Zero ? new(T.CopySign(T.One, x._value)) : x;

    public static LanesScalar<T> Max(LanesScalar<T> x, LanesScalar<T> y) => IfGreater(x, y, x, y);

    public static LanesScalar<T> Min(LanesScalar<T> x, LanesScalar<T> y) => IfGreater(y, x, x, y);

    public static LanesScalar<T> IfGreater(LanesScalar<T> x, LanesScalar<T> y, LanesScalar<T> yes, LanesScalar<T> no) =>
        x._value > y._value ? yes : no;

    private uint Word => Unsafe.As<LanesScalar<T>, uint>(ref Unsafe.AsRef(in this));

    private static LanesScalar<T> Of(uint word)
    {
        LanesScalar<T> lane = default;
        Unsafe.As<LanesScalar<T>, uint>(ref lane) = word;
        return lane;
    }
}
