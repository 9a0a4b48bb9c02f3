using System.Runtime.Intrinsics;
using HpcOpt.Formats;

namespace HpcOpt.Lanes;

/// <summary>What the kernels of the engine need of lanes besides.</summary>
/// <typeparam name="TSelf">The lanes themselves.</typeparam>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal unsafe interface IKernelLanes<TSelf, T> : IMemoryLanes<TSelf, T>
    where TSelf : unmanaged, IKernelLanes<TSelf, T>
    where T : unmanaged
{
    /// <summary>Reads <see cref="IMemoryLanes{TSelf, T}.Count"/> elements; no alignment is required.</summary>
    /// <typeparam name="TPrefetch">The prefetch distance of a pass from front to back.</typeparam>
    static abstract TSelf Load<TPrefetch>(T* source)
        where TPrefetch : IPrefetch;

    /// <summary>Whether one instruction packs a vector to numbers of a format; elsewhere packing two costs no more than one.</summary>
    static abstract bool Packs { get; }

    /// <summary>Whether there are 8 or 16 lanes and <see cref="Widen"/> may be called.</summary>
    static abstract bool Widens { get; }

    /// <summary>The lanes in double: 16 of them, or 8 in <paramref name="low"/>.</summary>
    static abstract void Widen(TSelf x, out Vector512<double> low, out Vector512<double> high);

    /// <summary>Reads <see cref="IMemoryLanes{TSelf, T}.Count"/> numbers of a format. Only for <see cref="float"/>, as below.</summary>
    /// <param name="source">The numbers.</param>
    /// <param name="lower">Where a format keeps halves apart: the lower ones.</param>
    /// <param name="scale">The scale of the block, of formats that have one.</param>
    static abstract TSelf Load<TFormat>(byte* source, byte* lower, BlockScale* scale)
        where TFormat : IFormat;

    /// <inheritdoc cref="IIntegerLanes{W}.Load(uint*, out W, out W)"/>
    static abstract void Load(T* source, out TSelf first, out TSelf second);

    /// <inheritdoc cref="IFormat.Encode"/>
    static abstract TSelf Encode<TFormat, TStochastic, TGuards, TIsOdd>(TSelf value, BlockScale* scale, TSelf word)
        where TFormat : IFormat
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption;

    /// <summary>Writes <see cref="IMemoryLanes{TSelf, T}.Count"/> codes.</summary>
    static abstract void Write<TFormat>(byte* destination, byte* lower, TSelf code)
        where TFormat : IFormat;

    /// <summary>Writes the codes of what <see cref="Load(T*, out TSelf, out TSelf)"/> read.</summary>
    static abstract void Write<TFormat>(byte* destination, byte* lower, TSelf first, TSelf second)
        where TFormat : IFormat;

    /// <inheritdoc cref="Noise.Counter{W, TIntegers}(uint)"/>
    static abstract TSelf Counter(uint first);

    /// <inheritdoc cref="Noise.Counter{W, TIntegers}(uint, out W, out W)"/>
    static abstract void Counter(uint start, out TSelf first, out TSelf second);

    /// <inheritdoc cref="Noise.Next"/>
    static abstract TSelf Next(TSelf counter, int count);

    /// <inheritdoc cref="Noise.Mix"/>
    static abstract TSelf Mix(TSelf counter);

    /// <inheritdoc cref="Noise.Word"/>
    static abstract TSelf Random(TSelf mixed, uint multiplier);
}
