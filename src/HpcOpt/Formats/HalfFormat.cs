using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>f16, IEEE 754's binary16, of gradients: every value is read exactly, subnormals too.</summary>
internal readonly unsafe struct HalfFormat : IFormat
{
    // Between the exponents of f16 and f32, of which the smallest normal and the infinite one move by as much again.
    private const uint Rebias = 112 << 23;
    private const uint SmallestNormal = 113 << 23;

    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TWords>(byte* source, byte* hidden, BlockScale* scale)
        where W : unmanaged
        where TWords : IWords<W>
    {
        W half = TWords.LoadHalves((ushort*)source);
        W magnitude = TWords.And(half, TWords.Create(0x7FFF)), sign = TWords.ShiftLeft(TWords.Xor(half, magnitude), 16);
        W bits = TWords.Add(TWords.ShiftLeft(magnitude, 13), TWords.Create(Rebias));
        bits = TWords.Add(bits, TWords.And(TWords.Greater(magnitude, TWords.Create(0x7BFF)), TWords.Create(Rebias)));

        // An exponent of 0 stands for 2⁻¹⁴·(0 + m/1024): as 2⁻¹⁴·(1 + m/1024) - 2⁻¹⁴, exactly.
        W isNormal = TWords.Greater(magnitude, TWords.Create(0x03FF)), least = TWords.Create(SmallestNormal);
        W small = TWords.SubtractFloats(TWords.Or(TWords.ShiftLeft(magnitude, 13), least), least);
        return TWords.Or(sign, TWords.Or(TWords.And(isNormal, bits), TWords.And(TWords.Xor(isNormal, TWords.Create(uint.MaxValue)), small)));
    }

    public static W Encode<W, TWords, TStochastic, TGuards, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption => throw new NotSupportedException("f16 holds gradients, which are only read.");

    public static void Write<W, TWords>(byte* destination, byte* hidden, W code)
        where W : unmanaged
        where TWords : IWords<W> => throw new NotSupportedException("f16 holds gradients, which are only read.");

    public static void Write<W, TWords>(byte* destination, byte* hidden, W first, W second)
        where W : unmanaged
        where TWords : IWords<W> => throw new NotSupportedException("f16 holds gradients, which are only read.");
}
