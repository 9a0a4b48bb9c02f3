using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Lanes;

/// <summary>Lanes as wide as <see cref="Vector{T}"/>: every CPU that .NET supports.</summary>
internal readonly unsafe struct LanesPortable<T>(Vector<T> value) : IFormatLanes<LanesPortable<T>, T, Vector<uint>, IntegerLanesPortable>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector<T> _value = value;

    public static int Count => Vector<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesPortable<T> Create(double value) => new(Vector.Create(Rounded.To<T>(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesPortable<T> Load(T* source) => Load<NoPrefetch>(source);

    public static LanesPortable<T> Load<TPrefetch>(T* source)
        where TPrefetch : IPrefetch => new(Vector.Load(source));

    public static LanesPortable<T> Broadcast(T* source) => new(Vector.Create(*source));

    public static bool Packs => false;

    public static bool Widens => false;

    public static void Widen(LanesPortable<T> x, out Vector512<double> low, out Vector512<double> high) =>
        throw new NotSupportedException();

    public static void Store(T* destination, LanesPortable<T> value) => value._value.Store(destination);

    public static LanesPortable<T> LoadFirst(T* source, nint count) => Tail.Load<LanesPortable<T>, T>(source, count);

    public static void StoreFirst(T* destination, nint count, LanesPortable<T> value) => Tail.Store(destination, count, value);

    public static LanesPortable<T> operator +(LanesPortable<T> x, LanesPortable<T> y) => new(x._value + y._value);

    public static LanesPortable<T> operator -(LanesPortable<T> x, LanesPortable<T> y) => new(x._value - y._value);

    public static LanesPortable<T> operator *(LanesPortable<T> x, LanesPortable<T> y) => new(x._value * y._value);

    public static LanesPortable<T> operator /(LanesPortable<T> x, LanesPortable<T> y) => new(x._value / y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesPortable<T> MulAdd(LanesPortable<T> x, LanesPortable<T> y, LanesPortable<T> z) =>
        typeof(T) == typeof(float)
            ? new(Vector.FusedMultiplyAdd(Vector.AsVectorSingle(x._value), Vector.AsVectorSingle(y._value),
                Vector.AsVectorSingle(z._value)).As<float, T>())
            : new(Vector.FusedMultiplyAdd(Vector.AsVectorDouble(x._value), Vector.AsVectorDouble(y._value),
                Vector.AsVectorDouble(z._value)).As<double, T>());

    public static LanesPortable<T> Sqrt(LanesPortable<T> x) => new(Vector.SquareRoot(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesPortable<T> Abs(LanesPortable<T> x) => new(Vector.Abs(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesPortable<T> Sign(LanesPortable<T> x) =>
        new(Vector.ConditionalSelect(
            Vector.GreaterThan(Vector.Abs(x._value), Vector<T>.Zero), Vector.CopySign(Vector<T>.One, x._value), x._value));

    public static LanesPortable<T> Max(LanesPortable<T> x, LanesPortable<T> y) => IfGreater(x, y, x, y);

    public static LanesPortable<T> Min(LanesPortable<T> x, LanesPortable<T> y) => IfGreater(y, x, x, y);

    public static LanesPortable<T> IfGreater(LanesPortable<T> x, LanesPortable<T> y, LanesPortable<T> yes, LanesPortable<T> no) =>
        new(Vector.ConditionalSelect(Vector.GreaterThan(x._value, y._value), yes._value, no._value));
}
