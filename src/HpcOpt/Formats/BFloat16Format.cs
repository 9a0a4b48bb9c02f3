using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>bf16: the upper 16 bits of a float.</summary>
/// <remarks>
/// To nearest, ties to even: add 0x7FFF and the last bit that stays, then cut. Stochastic: add 16 random bits, then cut; the result is above with
/// the probability of the bits that were cut. A number that is not one stays so, and its payload is not promised; infinity stays. Beyond the largest
/// bf16 both may round to infinity.
/// </remarks>
internal readonly unsafe struct BFloat16Format : IFormat
{
    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TWords>(byte* source, byte* hidden, BlockScale* scale)
        where W : unmanaged
        where TWords : IWords<W> => TWords.LoadUpperHalves((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TWords, TStochastic, TGuards, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption
    {
        W rounding = typeof(TStochastic) == typeof(Yes)
            ? Noise.Bits<W, TWords, TIsOdd>(word, 16)
            : TWords.Add(TWords.Create(0x7FFF), TWords.And(TWords.ShiftRight(bits, 16), TWords.Create(1)));
        W rounded = TWords.Add(bits, rounding);

        // Rounding may carry a payload of ones out of the exponent, and the cut may take all of a payload.
        return typeof(TGuards) == typeof(Yes) ? TWords.UnlessNotNumber(rounded, bits) : rounded;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W code)
        where W : unmanaged
        where TWords : IWords<W> => TWords.StoreUpperHalves((ushort*)destination, code);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W first, W second)
        where W : unmanaged
        where TWords : IWords<W> => TWords.StoreUpperHalves((ushort*)destination, first, second);
}

/// <summary>A float in two halves: the upper 16 bits are a bf16 (cut, not rounded) for the model, the lower 16 stand apart, hidden from it.</summary>
internal readonly unsafe struct SplitFormat : IFormat
{
    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TWords>(byte* source, byte* hidden, BlockScale* scale)
        where W : unmanaged
        where TWords : IWords<W> =>
        TWords.Or(TWords.LoadUpperHalves((ushort*)source), TWords.LoadHalves((ushort*)hidden));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TWords, TStochastic, TGuards, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption => bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W code)
        where W : unmanaged
        where TWords : IWords<W>
    {
        TWords.StoreUpperHalves((ushort*)destination, code);
        TWords.StoreHalves((ushort*)hidden, TWords.And(code, TWords.Create(0xFFFF)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W first, W second)
        where W : unmanaged
        where TWords : IWords<W>
    {
        TWords.StoreUpperHalves((ushort*)destination, first, second);
        TWords.StoreHalves((ushort*)hidden, TWords.And(first, TWords.Create(0xFFFF)), TWords.And(second, TWords.Create(0xFFFF)));
    }
}

/// <summary>A float, and the nearest bf16 in a vector of its own, which is only written.</summary>
internal readonly unsafe struct CopiedFormat : IFormat
{
    public static int Bytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TWords>(byte* source, byte* hidden, BlockScale* scale)
        where W : unmanaged
        where TWords : IWords<W> => TWords.Load((uint*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TWords, TStochastic, TGuards, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption => bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W code)
        where W : unmanaged
        where TWords : IWords<W>
    {
        TWords.Store((uint*)destination, code);
        TWords.StoreUpperHalves((ushort*)hidden, Nearest<W, TWords>(code));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W first, W second)
        where W : unmanaged
        where TWords : IWords<W>
    {
        TWords.Store((uint*)destination, first, second);
        TWords.StoreUpperHalves((ushort*)hidden, Nearest<W, TWords>(first), Nearest<W, TWords>(second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Nearest<W, TWords>(W bits)
        where W : unmanaged
        where TWords : IWords<W> => BFloat16Format.Encode<W, TWords, No, Yes, No>(bits, default, default);
}

/// <summary>A float itself.</summary>
internal readonly unsafe struct SingleFormat : IFormat
{
    public static int Bytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TWords>(byte* source, byte* hidden, BlockScale* scale)
        where W : unmanaged
        where TWords : IWords<W> => TWords.Load((uint*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Encode<W, TWords, TStochastic, TGuards, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption => bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W code)
        where W : unmanaged
        where TWords : IWords<W> => TWords.Store((uint*)destination, code);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TWords>(byte* destination, byte* hidden, W first, W second)
        where W : unmanaged
        where TWords : IWords<W> => TWords.Store((uint*)destination, first, second);
}

/// <summary>Nothing: of a vector that is not there.</summary>
internal readonly unsafe struct NoFormat : IFormat
{
    public static int Bytes => 0;

    public static W Load<W, TWords>(byte* source, byte* hidden, BlockScale* scale)
        where W : unmanaged
        where TWords : IWords<W> => default;

    public static W Encode<W, TWords, TStochastic, TGuards, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TWords : IWords<W>
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption => bits;

    public static void Write<W, TWords>(byte* destination, byte* hidden, W code)
        where W : unmanaged
        where TWords : IWords<W>
    {
    }

    public static void Write<W, TWords>(byte* destination, byte* hidden, W first, W second)
        where W : unmanaged
        where TWords : IWords<W>
    {
    }
}
