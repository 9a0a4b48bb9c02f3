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
/// <para>In cache a step is bound by these conversions: with AVX-512, vector operations for 16 numbers, of which Zen 5 does 4 a cycle: signed 6 to read and 8 to write, unsigned 4 and 7, packing
/// included; random bits 6 for each parameter and 2 to 3 for each stream. AdamW itself is 10, two of them a division and a root; with bf16 parameters and gradients and fp8 state about 60 in
/// 18 to 21 cycles, the scales of a block 40 cycles more.</para>
/// </remarks>
internal static unsafe class Float8
{
    public const int BlockLength = 256;
    public const int SignedMost = 0x7F;
    public const int UnsignedMost = 0xFF;

    /// <summary>Bits of a float below the last one of a code.</summary>
    public const int Cut = 20;

    /// <summary>From the uppermost byte of a word to where a code stands in a float.</summary>
    public const int FromTop = 24 - Cut;

    private const uint Half = 1u << (Cut - 1);

    /// <summary>s·2ᵉ(1 + m/8) - s, from c·2²⁰.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Decode<W, TWords>(W code, float* scale)
        where W : unmanaged
        where TWords : IWords<W>
    {
        W s = TWords.Create(*(uint*)scale);
        return TWords.SubtractFloats(TWords.Add(code, s), s);
    }

    /// <summary>c·2²⁰ of a number ≥ 0, and a fraction, as if codes had no end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TWords, TStochastic>(W bits, float* scale, W noise)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
    {
        W s = TWords.Create(*(uint*)scale), rounding = typeof(TStochastic) == typeof(Yes) ? noise : TWords.Create(Half);
        return TWords.Add(TWords.AddFloats(bits, s), TWords.Subtract(rounding, s));
    }
}

/// <summary>fp8 for state of either sign: first moments.</summary>
internal readonly unsafe struct SignedFloat8 : IFormat
{
    public static int Bytes => 1;

    public static bool HasScales => true;

    public static int NoiseBits => Float8.Cut;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TWords>(byte* source, byte* hidden, float* scale)
        where W : unmanaged
        where TWords : IWords<W>
    {
        W code = TWords.LoadTopBytes(source);
        W magnitude = Float8.Decode<W, TWords>(TWords.And(TWords.ShiftRight(code, Float8.FromTop), TWords.Create(Float8.SignedMost << Float8.Cut)), scale);
        return TWords.Or(TWords.And(code, TWords.Create(0x80000000)), magnitude);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TWords, TStochastic, TGuards>(W bits, float* scale, W noise)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
        where TGuards : IOption
    {
        W code = Float8.Encode<W, TWords, TStochastic>(TWords.And(bits, TWords.Create(0x7FFFFFFF)), scale, noise);
        code = TWords.Min(code, TWords.Create(Float8.SignedMost << Float8.Cut));
        return TWords.ShiftRight(TWords.Or(TWords.And(TWords.ShiftRight(bits, Float8.FromTop), TWords.Create(0x80 << Float8.Cut)), code), Float8.Cut);
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
    public static W Load<W, TWords>(byte* source, byte* hidden, float* scale)
        where W : unmanaged
        where TWords : IWords<W> => Float8.Decode<W, TWords>(TWords.ShiftRight(TWords.LoadTopBytes(source), Float8.FromTop), scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TWords, TStochastic, TGuards>(W bits, float* scale, W noise)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
        where TGuards : IOption
    {
        W least = TWords.Min(bits, TWords.Create(1));
        return TWords.Max(least, TWords.ShiftRight(Float8.Encode<W, TWords, TStochastic>(bits, scale, noise), Float8.Cut));
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
