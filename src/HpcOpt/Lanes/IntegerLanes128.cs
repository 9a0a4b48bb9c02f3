using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Lanes;

/// <summary>4 integer lanes.</summary>
internal readonly unsafe struct IntegerLanes128 : IIntegerLanes<Vector128<uint>>
{
    public static Vector128<uint> Create(uint value) => Vector128.Create(value);

    public static Vector128<uint> Ramp(uint step) => Vector128<uint>.Indices * step;

    public static Vector128<uint> Load(uint* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(uint* source, out Vector128<uint> first, out Vector128<uint> second) =>
        (first, second) = (Load(source), Load(source + Vector128<uint>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ramp(uint step, out Vector128<uint> first, out Vector128<uint> second) =>
        (first, second) = (Ramp(step), Ramp(step) + Create((uint)Vector128<uint>.Count * step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> LoadHalves(ushort* source) =>
        Sse41.IsSupported
            ? Sse41.ConvertToVector128Int32(source).AsUInt32()
            : Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> LoadUpperHalves(ushort* source) => LoadHalves(source) << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> LoadTopBytes(byte* source) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(source)).AsByte())) << 24;

    public static void Store(uint* destination, Vector128<uint> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, Vector128<uint> first, Vector128<uint> second)
    {
        Store(destination, first);
        Store(destination + Vector128<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, Vector128<uint> value) => StoreLower(destination, Halves(value, value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector128<uint> value) =>
        Unsafe.WriteUnaligned(destination, Bytes(Halves(value, value), default).AsUInt32().ToScalar());

    /// <summary>The lower half, without a detour over general registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void StoreLower(ushort* destination, Vector128<ushort> value)
    {
        if (Sse2.IsSupported)
        {
            Sse2.StoreScalar((long*)destination, value.AsInt64());
            return;
        }

        value.GetLower().Store(destination);
    }

    /// <summary>The lower 16 bits of each, the upper ones of which are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<ushort> Halves(Vector128<uint> lower, Vector128<uint> upper) =>
        Sse41.IsSupported ? Sse41.PackUnsignedSaturate(lower.AsInt32(), upper.AsInt32()) : Vector128.Narrow(lower, upper);

    /// <summary>Each, which must be below 2¹⁵, as a byte; 255 where it is more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> Bytes(Vector128<ushort> lower, Vector128<ushort> upper) =>
        Sse2.IsSupported ? Sse2.PackUnsignedSaturate(lower.AsInt16(), upper.AsInt16())
        : Vector128.Narrow(
            Vector128.Min(lower, Vector128.Create((ushort)byte.MaxValue)), Vector128.Min(upper, Vector128.Create((ushort)byte.MaxValue)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, Vector128<uint> first, Vector128<uint> second)
    {
        StoreHalves(destination, first);
        StoreHalves(destination + Vector128<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector128<uint> first, Vector128<uint> second)
    {
        StoreBytes(destination, first);
        StoreBytes(destination + Vector128<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(ushort* destination, Vector128<uint> value) => StoreHalves(destination, value >>> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(ushort* destination, Vector128<uint> first, Vector128<uint> second) =>
        StoreHalves(destination, first >>> 16, second >>> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTopBytes(byte* destination, Vector128<uint> value) => StoreBytes(destination, value >>> 24);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTopBytes(byte* destination, Vector128<uint> first, Vector128<uint> second) =>
        StoreBytes(destination, first >>> 24, second >>> 24);

    public static Vector128<uint> Add(Vector128<uint> x, Vector128<uint> y) => x + y;

    public static Vector128<uint> Subtract(Vector128<uint> x, Vector128<uint> y) => x - y;

    public static Vector128<uint> Multiply(Vector128<uint> x, Vector128<uint> y) => x * y;

    public static Vector128<uint> And(Vector128<uint> x, Vector128<uint> y) => x & y;

    public static Vector128<uint> Or(Vector128<uint> x, Vector128<uint> y) => x | y;

    public static Vector128<uint> Xor(Vector128<uint> x, Vector128<uint> y) => x ^ y;

    public static Vector128<uint> ShiftLeft(Vector128<uint> x, int count) => x << count;

    public static Vector128<uint> ShiftRight(Vector128<uint> x, int count) => x >>> count;

    public static Vector128<uint> Min(Vector128<uint> x, Vector128<uint> y) => Vector128.Min(x.AsInt32(), y.AsInt32()).AsUInt32();

    public static Vector128<uint> Max(Vector128<uint> x, Vector128<uint> y) => Vector128.Max(x.AsInt32(), y.AsInt32()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> AddFloats(Vector128<uint> x, Vector128<uint> y) => (x.AsSingle() + y.AsSingle()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> SubtractFloats(Vector128<uint> x, Vector128<uint> y) => (x.AsSingle() - y.AsSingle()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> MultiplyFloats(Vector128<uint> x, Vector128<uint> y) => (x.AsSingle() * y.AsSingle()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> KeepNaN(Vector128<uint> value, Vector128<uint> x) =>
        Vector128.ConditionalSelect(Vector128.IsNaN(x.AsSingle()).AsUInt32(), Create(IIntegerLanes<Vector128<uint>>.NaN), value);
}
