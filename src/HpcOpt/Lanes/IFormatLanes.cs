using System.Runtime.CompilerServices;
using HpcOpt.Formats;

namespace HpcOpt.Lanes;

/// <summary>The conversions of formats of <see cref="IKernelLanes{TSelf, T}"/>, once for all widths.</summary>
/// <typeparam name="TSelf">The lanes themselves: one <typeparamref name="W"/>.</typeparam>
/// <typeparam name="T"><see cref="float"/>; with <see cref="double"/> nothing here may be called.</typeparam>
/// <typeparam name="W">The same bits as integers.</typeparam>
/// <typeparam name="TIntegers">What is done with them.</typeparam>
internal unsafe interface IFormatLanes<TSelf, T, W, TIntegers> : IKernelLanes<TSelf, T>
    where TSelf : unmanaged, IFormatLanes<TSelf, T, W, TIntegers>
    where T : unmanaged
    where W : unmanaged
    where TIntegers : IIntegerLanes<W>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf IKernelLanes<TSelf, T>.Load<TFormat>(byte* source, byte* lower, BlockScale* scale) =>
        Of(TFormat.Load<W, TIntegers>(source, lower, scale));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IKernelLanes<TSelf, T>.Load(T* source, out TSelf first, out TSelf second)
    {
        TIntegers.Load((uint*)source, out W x, out W y);
        (first, second) = (Of(x), Of(y));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf IKernelLanes<TSelf, T>.Encode<TFormat, TStochastic, TGuards, TIsOdd>(TSelf value, BlockScale* scale, TSelf word) =>
        Of(TFormat.Encode<W, TIntegers, TStochastic, TGuards, TIsOdd>(Bits(value), scale, Bits(word)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IKernelLanes<TSelf, T>.Write<TFormat>(byte* destination, byte* lower, TSelf code) =>
        TFormat.Write<W, TIntegers>(destination, lower, Bits(code));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IKernelLanes<TSelf, T>.Write<TFormat>(byte* destination, byte* lower, TSelf first, TSelf second) =>
        TFormat.Write<W, TIntegers>(destination, lower, Bits(first), Bits(second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf IKernelLanes<TSelf, T>.Counter(uint first) => Of(Noise.Counter<W, TIntegers>(first));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IKernelLanes<TSelf, T>.Counter(uint start, out TSelf first, out TSelf second)
    {
        Noise.Counter<W, TIntegers>(start, out W x, out W y);
        (first, second) = (Of(x), Of(y));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf IKernelLanes<TSelf, T>.Next(TSelf counter, int count) => Of(Noise.Next<W, TIntegers>(Bits(counter), count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf IKernelLanes<TSelf, T>.Mix(TSelf counter) => Of(Noise.Mix<W, TIntegers>(Bits(counter)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf IKernelLanes<TSelf, T>.Random(TSelf mixed, uint multiplier) => Of(Noise.Word<W, TIntegers>(Bits(mixed), multiplier));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Of(W bits) => Unsafe.BitCast<W, TSelf>(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Bits(TSelf lanes) => Unsafe.BitCast<TSelf, W>(lanes);
}
