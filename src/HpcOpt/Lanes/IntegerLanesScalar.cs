using System.Runtime.CompilerServices;

namespace HpcOpt.Lanes;

/// <summary>One integer lane.</summary>
internal readonly unsafe struct IntegerLanesScalar : IIntegerLanes<uint>
{
    public static uint Create(uint value) => value;

    public static uint Ramp(uint step) => 0;

    public static uint Load(uint* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(uint* source, out uint first, out uint second) => (first, second) = (Load(source), Load(source + 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ramp(uint step, out uint first, out uint second) => (first, second) = (Ramp(step), Ramp(step) + Create(1 * step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LoadHalves(ushort* source) => *source;

    public static uint LoadUpperHalves(ushort* source) => (uint)*source << 16;

    public static uint LoadTopBytes(byte* source) => (uint)*source << 24;

    public static void Store(uint* destination, uint value) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, uint first, uint second)
    {
        Store(destination, first);
        Store(destination + 1, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, uint value) => *destination = (ushort)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, uint value) => *destination = (byte)Math.Min(value, byte.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ushort* destination, uint first, uint second)
    {
        StoreHalves(destination, first);
        StoreHalves(destination + 1, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, uint first, uint second)
    {
        StoreBytes(destination, first);
        StoreBytes(destination + 1, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(ushort* destination, uint value) => StoreHalves(destination, value >>> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(ushort* destination, uint first, uint second) =>
        StoreHalves(destination, first >>> 16, second >>> 16);

    public static void StoreTopBytes(byte* destination, uint value) => StoreBytes(destination, value >>> 24);

    public static void StoreTopBytes(byte* destination, uint first, uint second) => StoreBytes(destination, first >>> 24, second >>> 24);

    public static uint Add(uint x, uint y) => x + y;

    public static uint Subtract(uint x, uint y) => x - y;

    public static uint Multiply(uint x, uint y) => x * y;

    public static uint And(uint x, uint y) => x & y;

    public static uint Or(uint x, uint y) => x | y;

    public static uint Xor(uint x, uint y) => x ^ y;

    public static uint ShiftLeft(uint x, int count) => x << count;

    public static uint ShiftRight(uint x, int count) => x >>> count;

    public static uint Min(uint x, uint y) => (uint)int.Min((int)x, (int)y);

    public static uint Max(uint x, uint y) => (uint)int.Max((int)x, (int)y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AddFloats(uint x, uint y) => Word(Float(x) + Float(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint SubtractFloats(uint x, uint y) => Word(Float(x) - Float(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MultiplyFloats(uint x, uint y) => Word(Float(x) * Float(y));

    public static uint KeepNaN(uint value, uint x) => float.IsNaN(Float(x)) ? IIntegerLanes<uint>.NaN : value;

    private static float Float(uint word) => Unsafe.BitCast<uint, float>(word);

    private static uint Word(float number) => Unsafe.BitCast<float, uint>(number);
}
