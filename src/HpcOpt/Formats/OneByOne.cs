using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>The remainder of a run, number by number.</summary>
/// <typeparam name="T"><see cref="float"/>.</typeparam>
/// <typeparam name="V">One lane.</typeparam>
internal static unsafe class OneByOne<T, V>
    where T : unmanaged
    where V : unmanaged, IKernelLanes<V, T>
{
    /// <summary>What the random bits of an element are made of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mix(uint counter, T* mixed) => V.Store(mixed, V.Mix(V.Counter(counter)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode<TFormat>(byte* source, byte* lower, BlockScale* scale, T* destination)
        where TFormat : IFormat => V.Store(destination, V.Load<TFormat>(source, lower, scale));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encode<TFormat, TStochastic, TGuards, TIsOdd>(
        T* source, T* mixed, byte* destination, byte* lower, BlockScale* scale, uint multiplier)
        where TFormat : IFormat
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption
    {
        V word = TStochastic.IsOn ? V.Random(V.Load<NoPrefetch>(mixed), multiplier) : default;
        V.Write<TFormat>(destination, lower, V.Encode<TFormat, TStochastic, TGuards, TIsOdd>(V.Load<NoPrefetch>(source), scale, word));
    }
}
