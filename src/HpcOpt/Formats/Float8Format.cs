using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>
/// fp8 in blocks of <see cref="BlockLength"/> numbers with a scale s, a power of two. Code c = 8e + m stands for s·(2ᵉ(1 + m/8) - 1): 0 is
/// exact, steps are even (s/8) near it and relative (1/8) far from it. Signed: 1 bit of sign, 4 of e, 3 of m, up to ±61,439 s. Unsigned:
/// 5 of e, 3 of m, up to 4.03e9 s.
/// </summary>
/// <remarks>
/// <para>Subtracting 1 does what subnormals do elsewhere, without a case of its own. The bits of s(1 + …) are those of s plus c·2²⁰: one
/// integer addition and one float addition convert a code, and neither meets a subnormal.</para>
/// <para>To nearest, ties away from 0; stochastic with 20 random bits. NaN, infinity and numbers beyond the range become the largest code
/// of their sign. Unsigned: what is above 0 is stored as at least s/8, because a mean of squares of 0 would leave only ε below.</para>
/// <para>In cache these conversions bound a step. AVX-512 operations for 16 numbers, packing included: signed 6 to read and 8 to write,
/// unsigned 4 and 7; random bits 4 for each parameter and 1 to 2 for each stream. AdamW itself is 10, with a division and a root. Bf16
/// parameters and gradients with fp8 state: 47 in 18 to 19 cycles of Zen 5, 13 without dependences; half of the rest is division
/// latency.</para>
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
    public static W Decode<W, TIntegers>(W code, BlockScale* scale)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
    {
        W s = TIntegers.Create(scale->Bits);
        return TIntegers.SubtractFloats(TIntegers.Add(code, s), s);
    }

    /// <summary>c·2²⁰ of a number ≥ 0, and a fraction, as if codes had no end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TIntegers, TStochastic, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
        where TStochastic : IOption
        where TIsOdd : IOption
    {
        W rounding = typeof(TStochastic) == typeof(Yes) ? Noise.Bits<W, TIntegers, TIsOdd>(word, Cut) : TIntegers.Create(Half);
        return TIntegers.Add(
            TIntegers.AddFloats(bits, TIntegers.Create(scale->Bits)), TIntegers.Or(rounding, TIntegers.Create(scale->Negated)));
    }
}

/// <summary>The scale of a block as its numbers are read and written with it.</summary>
internal struct BlockScale
{
    /// <summary>The scale's.</summary>
    public uint Bits;

    /// <summary>What takes those away when it is added: the lower 23 bits are 0, so that those of rounding fit in.</summary>
    public uint Negated;

    /// <param name="scale">A power of two, or 0 for numbers that are all 0.</param>
    public BlockScale(float scale)
    {
        Bits = BitConverter.SingleToUInt32Bits(scale);
        Negated = 0 - Bits;
    }
}

/// <summary>fp8 for state of either sign: first moments.</summary>
internal readonly unsafe struct SignedFloat8 : IFormat
{
    public static int Bytes => 1;

    public static bool HasScales => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TIntegers>(byte* source, byte* lower, BlockScale* scale)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
    {
        W code = TIntegers.LoadTopBytes(source);
        W magnitude = Float8.Decode<W, TIntegers>(
            TIntegers.And(TIntegers.ShiftRight(code, Float8.FromTop), TIntegers.Create(Float8.SignedMost << Float8.Cut)), scale);
        return TIntegers.Or(TIntegers.And(code, TIntegers.Create(0x80000000)), magnitude);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TIntegers, TStochastic, TGuards, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption
    {
        W code = Float8.Encode<W, TIntegers, TStochastic, TIsOdd>(TIntegers.And(bits, TIntegers.Create(0x7FFFFFFF)), scale, word);
        code = TIntegers.Min(code, TIntegers.Create(Float8.SignedMost << Float8.Cut));
        return TIntegers.Or(TIntegers.And(bits, TIntegers.Create(0x80000000)), TIntegers.ShiftLeft(code, Float8.FromTop));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W code)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.StoreTopBytes(destination, code);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W first, W second)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.StoreTopBytes(destination, first, second);
}

/// <summary>fp8 for state that is never negative: second moments, which span many decades.</summary>
internal readonly unsafe struct UnsignedFloat8 : IFormat
{
    public static int Bytes => 1;

    public static bool HasScales => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TIntegers>(byte* source, byte* lower, BlockScale* scale)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> =>
        Float8.Decode<W, TIntegers>(TIntegers.ShiftRight(TIntegers.LoadTopBytes(source), Float8.FromTop), scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TIntegers, TStochastic, TGuards, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption
    {
        W least = TIntegers.Min(bits, TIntegers.Create(1));
        return TIntegers.Max(least, TIntegers.ShiftRight(Float8.Encode<W, TIntegers, TStochastic, TIsOdd>(bits, scale, word), Float8.Cut));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W code)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.StoreBytes(destination, code);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W first, W second)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.StoreBytes(destination, first, second);
}
