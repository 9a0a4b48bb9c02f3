using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>Random bits for rounding, a function of (seed, step, index): the same on every path and thread and in every shard.</summary>
/// <remarks>
/// A counter grows by an odd constant from index to index. The upper half of its square is mixed into its lower half; a multiplier, one for
/// each pair of slots, spreads both. The word serves two slots, one with its upper bits, one with its lower: two multiplications a vector
/// for two streams. The tests show the bits unbiased and uncorrelated between neighbours in index, step and slot,
/// and at larger distances. They are for rounding alone: correlations of 0.003 at 2²⁰ indices show in 2²³ samples.
/// </remarks>
internal static class Noise
{
    // 2³² over the golden ratio: multiples of it fill the 32 bits evenly.
    private const uint Golden = 0x9E3779B9;

    /// <summary>What distinguishes one step of one optimizer from all others: the finalizer of SplitMix64 over both numbers.</summary>
    public static uint Key(ulong seed, long step) => (uint)(Mixed(Mixed(seed + 0x9E3779B97F4A7C15) + (ulong)step) >> 32);

    /// <summary>The first counter of a range that begins at <paramref name="index"/>.</summary>
    public static uint First(uint key, ulong index) => key + ((uint)index * Golden);

    /// <summary>The counters of neighbouring elements, beginning with that of <see cref="First"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Counter<W, TIntegers>(uint first)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.Add(TIntegers.Create(first), TIntegers.Ramp(Golden));

    /// <summary>The counters of as many elements as two vectors hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Counter<W, TIntegers>(uint start, out W first, out W second)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
    {
        TIntegers.Ramp(Golden, out first, out second);
        (first, second) = (TIntegers.Add(TIntegers.Create(start), first), TIntegers.Add(TIntegers.Create(start), second));
    }

    /// <summary>The counters of the elements after these <paramref name="count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Next<W, TIntegers>(W counter, int count)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.Add(counter, TIntegers.Create(unchecked((uint)count * Golden)));

    /// <summary>What all slots share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Mix<W, TIntegers>(W counter)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.Xor(counter, TIntegers.ShiftRight(TIntegers.Multiply(counter, counter), 16));

    /// <summary>What distinguishes the word of a slot from the others'; slots 2k and 2k + 1 share one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Multiplier(int slot) => slot < 2 ? 0x846CA68Bu : slot < 4 ? 0xC2B2AE35u : 0x85EBCA6Bu;

    /// <summary>The random word of a slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Word<W, TIntegers>(W mixed, uint multiplier)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.Multiply(mixed, TIntegers.Create(multiplier));

    /// <summary>The random bits of a slot, one for each rounded stream: the upper bits of its word, or the lower ones.</summary>
    /// <typeparam name="W">A vector of 32-bit integers.</typeparam>
    /// <typeparam name="TIntegers">What is done with them.</typeparam>
    /// <typeparam name="TIsOdd">Whether the slot's number is odd.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Bits<W, TIntegers, TIsOdd>(W word, int bits)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
        where TIsOdd : IOption =>
        typeof(TIsOdd) == typeof(Yes) ? TIntegers.And(word, TIntegers.Create((1u << bits) - 1)) : TIntegers.ShiftRight(word, 32 - bits);

    private static ulong Mixed(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
