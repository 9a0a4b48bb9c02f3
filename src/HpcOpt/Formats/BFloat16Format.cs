using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>bf16: the upper 16 bits of a float.</summary>
/// <remarks>
/// To nearest, ties to even: add 0x7FFF and the last bit kept, then truncate. Stochastic: add 16 random bits, then truncate; it rounds up
/// with the probability of the bits cut off. NaN stays NaN, with any payload; infinity stays. Beyond the largest bf16 both may round to
/// infinity.
/// </remarks>
internal readonly unsafe struct BFloat16Format : IFormat
{
    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TIntegers>(byte* source, byte* lower, BlockScale* scale)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.LoadUpperHalves((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TIntegers, TStochastic, TGuards, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption
    {
        W rounding = typeof(TStochastic) == typeof(Yes)
            ? Noise.Bits<W, TIntegers, TIsOdd>(word, 16)
            : TIntegers.Add(TIntegers.Create(0x7FFF), TIntegers.And(TIntegers.ShiftRight(bits, 16), TIntegers.Create(1)));
        W rounded = TIntegers.Add(bits, rounding);

        // Rounding may carry a payload of ones out of the exponent, and the cut may take all of a payload.
        return typeof(TGuards) == typeof(Yes) ? TIntegers.KeepNaN(rounded, bits) : rounded;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W code)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.StoreUpperHalves((ushort*)destination, code);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W first, W second)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.StoreUpperHalves((ushort*)destination, first, second);
}
