using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>f16, IEEE 754's binary16, of gradients: every value is read exactly, subnormals too.</summary>
internal readonly unsafe struct HalfFormat : IFormat
{
    // From an exponent of f16 to one of f32 that is 112 too large, so that the largest of both, that of infinity, are the same.
    private const uint Rebias = 224u << 23;
    private const uint SmallestNormal = 225u << 23;
    private const uint TwoToMinus112 = (127u - 112) << 23;

    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TIntegers>(byte* source, byte* lower, BlockScale* scale)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
    {
        W half = TIntegers.LoadUpperHalves((ushort*)source);
        W bits = TIntegers.Add(TIntegers.ShiftRight(TIntegers.And(half, TIntegers.Create(0x7FFF0000)), 3), TIntegers.Create(Rebias));

        // An exponent of 0 stands for 2(x - s/2) = x + (x - s), of the smallest normal number s, exactly; others are not below s.
        W below = TIntegers.Min(TIntegers.SubtractFloats(bits, TIntegers.Create(SmallestNormal)), TIntegers.Create(0));
        W magnitude = TIntegers.MultiplyFloats(TIntegers.AddFloats(bits, below), TIntegers.Create(TwoToMinus112));
        return TIntegers.Or(TIntegers.And(half, TIntegers.Create(0x80000000)), magnitude);
    }

    public static void Write<W, TIntegers>(byte* destination, byte* lower, W code)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => throw new NotSupportedException("f16 holds gradients, which are only read.");

    public static void Write<W, TIntegers>(byte* destination, byte* lower, W first, W second)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => throw new NotSupportedException("f16 holds gradients, which are only read.");
}
