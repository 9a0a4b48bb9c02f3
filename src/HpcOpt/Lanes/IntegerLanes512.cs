using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Lanes;

/// <summary>16 integer lanes.</summary>
internal readonly unsafe struct IntegerLanes512 : IIntegerLanes<Vector512<uint>>
{
    public static Vector512<uint> Create(uint value) => Vector512.Create(value);

    public static Vector512<uint> Ramp(uint step) => Vector512<uint>.Indices * step;

    public static Vector512<uint> Load(uint* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(uint* source, out Vector512<uint> first, out Vector512<uint> second) =>
        (first, second) = (Load(source), Load(source + Vector512<uint>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ramp(uint step, out Vector512<uint> first, out Vector512<uint> second) =>
        (first, second) = (Ramp(step), Ramp(step) + Create((uint)Vector512<uint>.Count * step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadHalves(ushort* source) => Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadUpperHalves(ushort* source) =>
        Avx512BW.IsSupported
            ? Avx512BW.PermuteVar32x16(Vector256.Load(source).ToVector512(), ToUpperHalves).AsUInt32()
            : Vector512.Create(IntegerLanes256.LoadUpperHalves(source), IntegerLanes256.LoadUpperHalves(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadTopBytes(byte* source) =>
        Avx512BW.IsSupported ? Avx512BW.Shuffle(Avx512F.BroadcastVector128ToVector512((int*)source).AsByte(), TopBytes).AsUInt32()
        : Vector512.Create(IntegerLanes256.LoadTopBytes(source), IntegerLanes256.LoadTopBytes(source + 8));

    public static void Store(uint* destination, Vector512<uint> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, Vector512<uint> first, Vector512<uint> second)
    {
        Store(destination, first);
        Store(destination + Vector512<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, Vector512<uint> value)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector256UInt16(value).Store(destination);
            return;
        }

        IntegerLanes256.StoreHalves(destination, value.GetLower());
        IntegerLanes256.StoreHalves(destination + 8, value.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector512<uint> value)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128ByteWithSaturation(value).Store(destination);
            return;
        }

        IntegerLanes256.StoreBytes(destination, value.GetLower());
        IntegerLanes256.StoreBytes(destination + 8, value.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, Vector512<uint> first, Vector512<uint> second)
    {
        StoreHalves(destination, first);
        StoreHalves(destination + Vector512<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector512<uint> first, Vector512<uint> second)
    {
        StoreBytes(destination, first);
        StoreBytes(destination + Vector512<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(ushort* destination, Vector512<uint> value)
    {
        if (Avx512BW.IsSupported)
        {
            Avx512BW.PermuteVar32x16(value.AsUInt16(), UpperHalves).GetLower().Store(destination);
            return;
        }

        StoreHalves(destination, value >>> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(ushort* destination, Vector512<uint> first, Vector512<uint> second)
    {
        StoreUpperHalves(destination, first);
        StoreUpperHalves(destination + Vector512<uint>.Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTopBytes(byte* destination, Vector512<uint> value)
    {
        if (Avx512Vbmi.IsSupported)
        {
            Avx512Vbmi.PermuteVar64x8(value.AsByte(), FromTopBytes).GetLower().GetLower().Store(destination);
            return;
        }

        StoreBytes(destination, value >>> 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTopBytes(byte* destination, Vector512<uint> first, Vector512<uint> second)
    {
        StoreTopBytes(destination, first);
        StoreTopBytes(destination + Vector512<uint>.Count, second);
    }

    public static Vector512<uint> Add(Vector512<uint> x, Vector512<uint> y) => x + y;

    public static Vector512<uint> Subtract(Vector512<uint> x, Vector512<uint> y) => x - y;

    public static Vector512<uint> Multiply(Vector512<uint> x, Vector512<uint> y) => x * y;

    public static Vector512<uint> And(Vector512<uint> x, Vector512<uint> y) => x & y;

    public static Vector512<uint> Or(Vector512<uint> x, Vector512<uint> y) => x | y;

    public static Vector512<uint> Xor(Vector512<uint> x, Vector512<uint> y) => x ^ y;

    public static Vector512<uint> ShiftLeft(Vector512<uint> x, int count) => x << count;

    public static Vector512<uint> ShiftRight(Vector512<uint> x, int count) => x >>> count;

    public static Vector512<uint> Min(Vector512<uint> x, Vector512<uint> y) => Vector512.Min(x.AsInt32(), y.AsInt32()).AsUInt32();

    public static Vector512<uint> Max(Vector512<uint> x, Vector512<uint> y) => Vector512.Max(x.AsInt32(), y.AsInt32()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> AddFloats(Vector512<uint> x, Vector512<uint> y) => (x.AsSingle() + y.AsSingle()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> SubtractFloats(Vector512<uint> x, Vector512<uint> y) => (x.AsSingle() - y.AsSingle()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MultiplyFloats(Vector512<uint> x, Vector512<uint> y) => (x.AsSingle() * y.AsSingle()).AsUInt32();

    // A table of 4 bits for each class of numbers: a NaN, quiet or signalling, becomes x86's own (3), other values stay (0).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> KeepNaN(Vector512<uint> value, Vector512<uint> x) =>
        Avx512F.IsSupported ? Avx512F.Fixup(value.AsSingle(), x.AsSingle(), Vector512.Create(0x33), 0).AsUInt32()
        : Vector512.ConditionalSelect(Vector512.IsNaN(x.AsSingle()).AsUInt32(), Create(IIntegerLanes<Vector512<uint>>.NaN), value);

    // One permutation does what widening and shifting would. The words from 16 on are zero.
    private static Vector512<ushort> ToUpperHalves
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            0x0001001000000010ul, 0x0003001000020010, 0x0005001000040010, 0x0007001000060010,
            0x0009001000080010, 0x000B0010000A0010, 0x000D0010000C0010, 0x000F0010000E0010).AsUInt16();
    }

    private static Vector512<ushort> UpperHalves
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0x0007000500030001ul, 0x000F000D000B0009, 0x0017001500130011, 0x001F001D001B0019, 0, 0, 0, 0).AsUInt16();
    }

    // Which byte goes where in each quarter, all of which hold the same 16; 0x80 clears.
    private static Vector512<byte> TopBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            0x0180808000808080ul, 0x0380808002808080, 0x0580808004808080, 0x0780808006808080,
            0x0980808008808080, 0x0B8080800A808080, 0x0D8080800C808080, 0x0F8080800E808080).AsByte();
    }

    private static Vector512<byte> FromTopBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0x1F1B17130F0B0703ul, 0x3F3B37332F2B2723, 0, 0, 0, 0, 0, 0).AsByte();
    }
}
