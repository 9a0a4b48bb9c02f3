using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Lanes;

/// <summary>8 integer lanes.</summary>
internal readonly unsafe struct IntegerLanes256 : IIntegerLanes<Vector256<uint>>
{
    public static Vector256<uint> Create(uint value) => Vector256.Create(value);

    public static Vector256<uint> Ramp(uint step) => Vector256<uint>.Indices * step;

    public static Vector256<uint> Load(uint* source) => Vector256.Load(source);

    // Two: elements 0 to 3 and 8 to 11, then 4 to 7 and 12 to 15, because one instruction packs them within each half of a register.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(uint* source, out Vector256<uint> first, out Vector256<uint> second)
    {
        first = Vector256.Create(Vector128.Load(source), Vector128.Load(source + 8));
        second = Vector256.Create(Vector128.Load(source + 4), Vector128.Load(source + 12));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ramp(uint step, out Vector256<uint> first, out Vector256<uint> second)
    {
        first = Vector256.Create(0u, 1, 2, 3, 8, 9, 10, 11) * step;
        second = first + Create(4 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> LoadHalves(ushort* source) =>
        Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(source).AsUInt32()
            : Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe());

    // A broadcast is the load's; one shuffle then does what widening and shifting would, on the units that a division shares.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> LoadUpperHalves(ushort* source) =>
        Avx2.IsSupported
            ? Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(source).AsByte(), UpperHalves).AsUInt32()
            : LoadHalves(source) << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> LoadTopBytes(byte* source) =>
        Avx2.IsSupported ? Avx2.Shuffle(Avx2.BroadcastScalarToVector256((ulong*)source).AsByte(), TopBytes).AsUInt32()
        : Vector256.Create(IntegerLanes128.LoadTopBytes(source), IntegerLanes128.LoadTopBytes(source + 4));

    public static void Store(uint* destination, Vector256<uint> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, Vector256<uint> first, Vector256<uint> second)
    {
        first.GetLower().Store(destination);
        second.GetLower().Store(destination + 4);
        first.GetUpper().Store(destination + 8);
        second.GetUpper().Store(destination + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, Vector256<uint> value) =>
        IntegerLanes128.Halves(value.GetLower(), value.GetUpper()).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector256<uint> value) =>
        IntegerLanes128.StoreLower(
            (ushort*)destination, IntegerLanes128.Bytes(IntegerLanes128.Halves(value.GetLower(), value.GetUpper()), default).AsUInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, Vector256<uint> first, Vector256<uint> second) =>
        Halves(first, second).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector256<uint> first, Vector256<uint> second)
    {
        Vector256<ushort> halves = Halves(first, second);
        IntegerLanes128.Bytes(halves.GetLower(), halves.GetUpper()).Store(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Halves(Vector256<uint> first, Vector256<uint> second) =>
        Avx2.IsSupported
            ? Avx2.PackUnsignedSaturate(first.AsInt32(), second.AsInt32())
            : Vector256.Create(
                IntegerLanes128.Halves(first.GetLower(), second.GetLower()), IntegerLanes128.Halves(first.GetUpper(), second.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(ushort* destination, Vector256<uint> value) => StoreHalves(destination, value >>> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(ushort* destination, Vector256<uint> first, Vector256<uint> second) =>
        StoreHalves(destination, first >>> 16, second >>> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTopBytes(byte* destination, Vector256<uint> value) => StoreBytes(destination, value >>> 24);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTopBytes(byte* destination, Vector256<uint> first, Vector256<uint> second) =>
        StoreBytes(destination, first >>> 24, second >>> 24);

    public static Vector256<uint> Add(Vector256<uint> x, Vector256<uint> y) => x + y;

    public static Vector256<uint> Subtract(Vector256<uint> x, Vector256<uint> y) => x - y;

    public static Vector256<uint> Multiply(Vector256<uint> x, Vector256<uint> y) => x * y;

    public static Vector256<uint> And(Vector256<uint> x, Vector256<uint> y) => x & y;

    public static Vector256<uint> Or(Vector256<uint> x, Vector256<uint> y) => x | y;

    public static Vector256<uint> Xor(Vector256<uint> x, Vector256<uint> y) => x ^ y;

    public static Vector256<uint> ShiftLeft(Vector256<uint> x, int count) => x << count;

    public static Vector256<uint> ShiftRight(Vector256<uint> x, int count) => x >>> count;

    public static Vector256<uint> Min(Vector256<uint> x, Vector256<uint> y) => Vector256.Min(x.AsInt32(), y.AsInt32()).AsUInt32();

    public static Vector256<uint> Max(Vector256<uint> x, Vector256<uint> y) => Vector256.Max(x.AsInt32(), y.AsInt32()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> AddFloats(Vector256<uint> x, Vector256<uint> y) => (x.AsSingle() + y.AsSingle()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> SubtractFloats(Vector256<uint> x, Vector256<uint> y) => (x.AsSingle() - y.AsSingle()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> MultiplyFloats(Vector256<uint> x, Vector256<uint> y) => (x.AsSingle() * y.AsSingle()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> KeepNaN(Vector256<uint> value, Vector256<uint> x) =>
        Vector256.ConditionalSelect(Vector256.IsNaN(x.AsSingle()).AsUInt32(), Create(IIntegerLanes<Vector256<uint>>.NaN), value);

    // Which byte goes where in each half; 0x80 clears.
    private static Vector256<byte> UpperHalves
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0x0302808001008080ul, 0x0706808005048080, 0x0B0A808009088080, 0x0F0E80800D0C8080).AsByte();
    }

    private static Vector256<byte> TopBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0x0180808000808080ul, 0x0380808002808080, 0x0580808004808080, 0x0780808006808080).AsByte();
    }
}
