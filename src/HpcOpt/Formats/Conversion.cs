using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>Runs of numbers from a format to floats and back, with the lanes of a path and one lane for the rest.</summary>
internal static unsafe class Conversion<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IKernelLanes<V, T>
{
    /// <summary>From the scale of a block to that of the next.</summary>
    public const int ScaleStride = 8;

    /// <summary>Reads <paramref name="count"/> numbers from <paramref name="i"/> on, of one block if they have a scale.</summary>
    public static void Decode(Numbers source, nint i, float scale, T* destination, nint count)
    {
        var block = new BlockScale(scale);
        var job = new DecodeJob(source.At(i), source.SecondAt(i), &block, destination, count);
        NumberFormats.Run(source, ref job);
    }

    /// <summary>Reads numbers without scales in any format, that of <typeparamref name="T"/> included.</summary>
    public static void Copy(Numbers source, nint i, T* destination, nint count)
    {
        if (source.Format == Operand<T>.Arithmetic)
        {
            Buffer.MemoryCopy(source.At(i), destination, count * sizeof(T), count * sizeof(T));
        }
        else
        {
            Decode(source, i, 0, destination, count);
        }
    }

    /// <summary>Mixed counters from <paramref name="counter"/> on, of which the random bits of all slots are made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Mix(uint counter, T* mixed, nint count)
    {
        nint i = 0, two = 2 * V.Count;
        V.Counter(counter, out V first, out V second);
        for (; i <= count - two; i += two)
        {
            V.Store(mixed + i, V.Mix(first));
            V.Store(mixed + i + V.Count, V.Mix(second));
            (first, second) = (V.Next(first, 2 * V.Count), V.Next(second, 2 * V.Count));
        }

        for (; i < count; i++)
        {
            OneByOne<T, LanesScalar<T>>.Mix(Noise.First(counter, (ulong)i), mixed + i);
        }
    }

    /// <summary>Writes <paramref name="count"/> numbers from <paramref name="i"/> on; the other parameters as below.</summary>
    public static void Encode(Numbers destination, nint i, bool isStochastic, T* source, T* mixed, BlockScale* scales, int slot, nint count)
    {
        var job = new EncodeJob(destination.At(i), destination.SecondAt(i), isStochastic, source, mixed, scales, slot, count);
        NumberFormats.Run(destination, ref job);
    }

    /// <summary>Writes numbers of a format that the compiler knows.</summary>
    /// <param name="source">The floats.</param>
    /// <param name="mixed">What <see cref="Mix"/> gave for them, where rounding is stochastic.</param>
    /// <param name="destination">The numbers.</param>
    /// <param name="lower">The lower halves, of formats that have them.</param>
    /// <param name="scales">The scales of the blocks from the first number on, <see cref="ScaleStride"/> apart.</param>
    /// <param name="slot">Number of the stream among those that are rounded.</param>
    /// <param name="count">How many.</param>
    public static void Encode<TFormat, TStochastic, TGuards>(
        T* source, T* mixed, byte* destination, byte* lower, BlockScale* scales, int slot, nint count)
        where TFormat : IFormat
        where TStochastic : IOption
        where TGuards : IOption
    {
        if (slot % 2 == 0)
        {
            EncodeRun<TFormat, TStochastic, TGuards, No>(source, mixed, destination, lower, scales, Noise.Multiplier(slot), count);
        }
        else
        {
            EncodeRun<TFormat, TStochastic, TGuards, Yes>(source, mixed, destination, lower, scales, Noise.Multiplier(slot), count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void DecodeRun<TFormat>(byte* source, byte* lower, BlockScale* scale, T* destination, nint count)
        where TFormat : IFormat
    {
        nint i = 0;
        for (; i <= count - V.Count; i += V.Count)
        {
            V.Store(destination + i, V.Load<TFormat>(source + (i * TFormat.Bytes), lower + (i * sizeof(ushort)), scale));
        }

        for (; i < count; i++)
        {
            OneByOne<T, LanesScalar<T>>.Decode<TFormat>(source + (i * TFormat.Bytes), lower + (i * sizeof(ushort)), scale, destination + i);
        }
    }

    // Two vectors at once: packing two costs no more instructions than packing one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void EncodeRun<TFormat, TStochastic, TGuards, TIsOdd>(
        T* source, T* mixed, byte* destination, byte* lower, BlockScale* scales, uint multiplier, nint count)
        where TFormat : IFormat
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption
    {
        nint i = 0, two = 2 * V.Count;
        for (; i <= count - two; i += two)
        {
            V.Load(source + i, out V first, out V second);
            BlockScale* scale = scales + ((nint)((nuint)i / Float8.BlockLength) * ScaleStride);
            V word = TStochastic.IsOn ? V.Random(V.Load<NoPrefetch>(mixed + i), multiplier) : default;
            V word2 = TStochastic.IsOn ? V.Random(V.Load<NoPrefetch>(mixed + i + V.Count), multiplier) : default;
            V.Write<TFormat>(
                destination + (i * TFormat.Bytes), lower + (i * sizeof(ushort)),
                V.Encode<TFormat, TStochastic, TGuards, TIsOdd>(first, scale, word),
                V.Encode<TFormat, TStochastic, TGuards, TIsOdd>(second, scale, word2));
        }

        for (; i < count; i++)
        {
            BlockScale* scale = scales + ((nint)((nuint)i / Float8.BlockLength) * ScaleStride);
            OneByOne<T, LanesScalar<T>>.Encode<TFormat, TStochastic, TGuards, TIsOdd>(
                source + i, mixed + i, destination + (i * TFormat.Bytes), lower + (i * sizeof(ushort)), scale, multiplier);
        }
    }

    private readonly struct DecodeJob(byte* source, byte* lower, BlockScale* scale, T* destination, nint count) : IFormatJob
    {
        public void Run<TFormat>()
            where TFormat : IFormat => DecodeRun<TFormat>(source, lower, scale, destination, count);
    }

    private readonly struct EncodeJob(
        byte* destination, byte* lower, bool isStochastic, T* source, T* mixed, BlockScale* scales, int slot, nint count) : IFormatJob
    {
        public void Run<TFormat>()
            where TFormat : IFormat
        {
            if (isStochastic)
            {
                Encode<TFormat, Yes, Yes>(source, mixed, destination, lower, scales, slot, count);
            }
            else
            {
                Encode<TFormat, No, Yes>(source, mixed, destination, lower, scales, slot, count);
            }
        }
    }
}
