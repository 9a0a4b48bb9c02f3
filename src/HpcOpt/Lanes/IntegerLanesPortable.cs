using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Lanes;

/// <summary>As many integer lanes as <see cref="Vector{T}"/> has on this machine; loads and stores are those of the fixed width.</summary>
internal readonly unsafe struct IntegerLanesPortable : IIntegerLanes<Vector<uint>>
{
    public static Vector<uint> Create(uint value) => Vector.Create(value);

    public static Vector<uint> Ramp(uint step) => Vector<uint>.Indices * step;

    public static Vector<uint> Load(uint* source) => Vector.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(uint* source, out Vector<uint> first, out Vector<uint> second) =>
        (first, second) = (Load(source), Load(source + Vector<uint>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ramp(uint step, out Vector<uint> first, out Vector<uint> second) =>
        (first, second) = (Ramp(step), Ramp(step) + Create((uint)Vector<uint>.Count * step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> LoadHalves(ushort* source) =>
        Vector<uint>.Count == 16 ? IntegerLanes512.LoadHalves(source).AsVector()
        : Vector<uint>.Count == 8 ? IntegerLanes256.LoadHalves(source).AsVector()
        : IntegerLanes128.LoadHalves(source).AsVector();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> LoadUpperHalves(ushort* source) =>
        Vector<uint>.Count == 16 ? IntegerLanes512.LoadUpperHalves(source).AsVector()
        : Vector<uint>.Count == 8 ? IntegerLanes256.LoadUpperHalves(source).AsVector()
        : IntegerLanes128.LoadUpperHalves(source).AsVector();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> LoadTopBytes(byte* source) =>
        Vector<uint>.Count == 16 ? IntegerLanes512.LoadTopBytes(source).AsVector()
        : Vector<uint>.Count == 8 ? IntegerLanes256.LoadTopBytes(source).AsVector()
        : IntegerLanes128.LoadTopBytes(source).AsVector();

    public static void Store(uint* destination, Vector<uint> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, Vector<uint> first, Vector<uint> second)
    {
        Store(destination, first);
        Store(destination + Vector<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, Vector<uint> value)
    {
        if (Vector<uint>.Count == 16)
        {
            IntegerLanes512.StoreHalves(destination, value.AsVector512());
        }
        else if (Vector<uint>.Count == 8)
        {
            IntegerLanes256.StoreHalves(destination, value.AsVector256());
        }
        else
        {
            IntegerLanes128.StoreHalves(destination, value.AsVector128());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector<uint> value)
    {
        if (Vector<uint>.Count == 16)
        {
            IntegerLanes512.StoreBytes(destination, value.AsVector512());
        }
        else if (Vector<uint>.Count == 8)
        {
            IntegerLanes256.StoreBytes(destination, value.AsVector256());
        }
        else
        {
            IntegerLanes128.StoreBytes(destination, value.AsVector128());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, Vector<uint> first, Vector<uint> second)
    {
        StoreHalves(destination, first);
        StoreHalves(destination + Vector<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector<uint> first, Vector<uint> second)
    {
        StoreBytes(destination, first);
        StoreBytes(destination + Vector<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(ushort* destination, Vector<uint> value) => StoreHalves(destination, value >>> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(ushort* destination, Vector<uint> first, Vector<uint> second) =>
        StoreHalves(destination, first >>> 16, second >>> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTopBytes(byte* destination, Vector<uint> value) => StoreBytes(destination, value >>> 24);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTopBytes(byte* destination, Vector<uint> first, Vector<uint> second) =>
        StoreBytes(destination, first >>> 24, second >>> 24);

    public static Vector<uint> Add(Vector<uint> x, Vector<uint> y) => x + y;

    public static Vector<uint> Subtract(Vector<uint> x, Vector<uint> y) => x - y;

    public static Vector<uint> Multiply(Vector<uint> x, Vector<uint> y) => x * y;

    public static Vector<uint> And(Vector<uint> x, Vector<uint> y) => x & y;

    public static Vector<uint> Or(Vector<uint> x, Vector<uint> y) => x | y;

    public static Vector<uint> Xor(Vector<uint> x, Vector<uint> y) => x ^ y;

    public static Vector<uint> ShiftLeft(Vector<uint> x, int count) => x << count;

    public static Vector<uint> ShiftRight(Vector<uint> x, int count) => x >>> count;

    public static Vector<uint> Min(Vector<uint> x, Vector<uint> y) => Vector.Min(x.As<uint, int>(), y.As<uint, int>()).As<int, uint>();

    public static Vector<uint> Max(Vector<uint> x, Vector<uint> y) => Vector.Max(x.As<uint, int>(), y.As<uint, int>()).As<int, uint>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> AddFloats(Vector<uint> x, Vector<uint> y) =>
        Vector.AsVectorUInt32(Vector.AsVectorSingle(x) + Vector.AsVectorSingle(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> SubtractFloats(Vector<uint> x, Vector<uint> y) =>
        Vector.AsVectorUInt32(Vector.AsVectorSingle(x) - Vector.AsVectorSingle(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> MultiplyFloats(Vector<uint> x, Vector<uint> y) =>
        Vector.AsVectorUInt32(Vector.AsVectorSingle(x) * Vector.AsVectorSingle(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> KeepNaN(Vector<uint> value, Vector<uint> x) =>
        Vector.ConditionalSelect(
            Vector.AsVectorUInt32(Vector.IsNaN(Vector.AsVectorSingle(x))), Create(IIntegerLanes<Vector<uint>>.NaN), value);
}
