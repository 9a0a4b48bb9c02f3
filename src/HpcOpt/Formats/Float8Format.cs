using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>
/// fp8 in blocks of <see cref="BlockLength"/> numbers with a scale s, a power of two. Code c = 8e + m stands for s·(2ᵉ(1 + m/8) - 1): 0 is exactly 0, the steps
/// are even (s/8) near it and relative (1/8) far from it. Signed: 1 bit of sign, 4 of e, 3 of m, up to ±61,439 s. Unsigned: 5 of e, 3 of m, up to 4.03e9 s.
/// </summary>
/// <remarks>
/// <para>Taking 1 away does what subnormals do elsewhere, without a case of its own: the bits of s(1 + …) are those of s plus c·2²⁰, so a number is one
/// addition of integers and one of floats away from its code, and neither meets a subnormal.</para>
/// <para>To nearest, ties away from 0; stochastic with 20 random bits. Numbers beyond the range, infinite or not numbers become the largest code
/// with their sign. Unsigned: what is above 0 is stored as at least s/8, because a mean of squares that vanished would leave ε alone to divide by.</para>
/// </remarks>
internal static class Float8
{
    public const int BlockLength = 256;
    public const int SignedMost = 0x7F;
    public const int UnsignedMost = 0xFF;

    /// <summary>Bits of a float below the last one of a code.</summary>
    public const int Cut = 20;

    // Where the uppermost byte of a word begins.
    private const int Top = 24;

    private const uint Half = 1u << (Cut - 1);

    /// <summary>s·2ᵉ(1 + m/8) - s, from the code in the uppermost bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Decode<W, TWords>(W code, W scale)
        where W : unmanaged
        where TWords : IWords<W> => TWords.SubtractFloats(TWords.Add(TWords.ShiftRight(code, Top - Cut), scale), scale);

    /// <summary>The code of a number ≥ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TWords, TStochastic>(W bits, W scale, W noise, uint most)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
    {
        W rounding = TStochastic.IsOn ? noise : TWords.Create(Half);
        W code = TWords.Add(TWords.AddFloats(bits, scale), TWords.Subtract(rounding, scale));
        return TWords.ShiftRight(TWords.Min(code, TWords.Create(most << Cut)), Cut);
    }
}

/// <summary>fp8 for state of either sign: first moments.</summary>
internal readonly unsafe struct SignedFloat8 : IFormat
{
    public static int Bytes => 1;

    public static bool HasScales => true;

    public static int NoiseBits => Float8.Cut;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TWords>(byte* source, byte* hidden, W scale)
        where W : unmanaged
        where TWords : IWords<W>
    {
        W code = TWords.LoadTopBytes(source);
        W sign = TWords.And(code, TWords.Create(0x80000000));
        return TWords.Or(sign, Float8.Decode<W, TWords>(TWords.Xor(code, sign), scale));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TWords, TStochastic, TGuards>(W bits, W scale, W noise)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
        where TGuards : IOption
    {
        W magnitude = TWords.And(bits, TWords.Create(0x7FFFFFFF));
        W sign = TWords.And(TWords.ShiftRight(bits, 24), TWords.Create(0x80));
        return TWords.Or(sign, Float8.Encode<W, TWords, TStochastic>(magnitude, scale, noise, Float8.SignedMost));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W code)
        where W : unmanaged
        where TWords : IWords<W> => TWords.StoreBytes(destination, code);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W first, W second)
        where W : unmanaged
        where TWords : IWords<W> => TWords.StoreBytes(destination, first, second);
}

/// <summary>fp8 for state that is never negative: second moments, which span many decades.</summary>
internal readonly unsafe struct UnsignedFloat8 : IFormat
{
    public static int Bytes => 1;

    public static bool HasScales => true;

    public static int NoiseBits => Float8.Cut;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TWords>(byte* source, byte* hidden, W scale)
        where W : unmanaged
        where TWords : IWords<W> => Float8.Decode<W, TWords>(TWords.LoadTopBytes(source), scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TWords, TStochastic, TGuards>(W bits, W scale, W noise)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
        where TGuards : IOption
    {
        W least = TWords.Min(TWords.And(bits, TWords.Create(0x7FFFFFFF)), TWords.Create(1));
        return TWords.Max(least, Float8.Encode<W, TWords, TStochastic>(bits, scale, noise, Float8.UnsignedMost));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W code)
        where W : unmanaged
        where TWords : IWords<W> => TWords.StoreBytes(destination, code);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W first, W second)
        where W : unmanaged
        where TWords : IWords<W> => TWords.StoreBytes(destination, first, second);
}
