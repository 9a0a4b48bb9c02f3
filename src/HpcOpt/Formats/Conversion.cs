using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>Runs of numbers from a format to floats and back, with the lanes of a path and one lane for the rest.</summary>
internal static unsafe class Conversion<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IMemoryLanes<V, T>
{
    /// <summary>Reads numbers.</summary>
    public static void Decode(NumberFormat format, byte* source, byte* hidden, float scale, T* destination, nint count)
    {
        switch (format)
        {
            case NumberFormat.Half: Decode<HalfFormat>(source, hidden, scale, destination, count); break;
            case NumberFormat.BFloat16: Decode<BFloat16Format>(source, hidden, scale, destination, count); break;
            case NumberFormat.Split: Decode<SplitFormat>(source, hidden, scale, destination, count); break;
            case NumberFormat.SignedFloat8: Decode<SignedFloat8>(source, hidden, scale, destination, count); break;
            case NumberFormat.UnsignedFloat8: Decode<UnsignedFloat8>(source, hidden, scale, destination, count); break;
            default: Decode<SingleFormat>(source, hidden, scale, destination, count); break;
        }
    }

    /// <summary>Writes numbers.</summary>
    public static void Encode(NumberFormat format, bool isStochastic, T* source, byte* destination, byte* hidden, float scale, uint counter, int slot, nint count)
    {
        switch (format, isStochastic)
        {
            case (NumberFormat.BFloat16, true): Encode<BFloat16Format, Yes>(source, destination, hidden, scale, counter, slot, count); break;
            case (NumberFormat.BFloat16, false): Encode<BFloat16Format, No>(source, destination, hidden, scale, counter, slot, count); break;
            case (NumberFormat.Split, _): Encode<SplitFormat, No>(source, destination, hidden, scale, counter, slot, count); break;
            case (NumberFormat.SignedFloat8, true): Encode<SignedFloat8, Yes>(source, destination, hidden, scale, counter, slot, count); break;
            case (NumberFormat.SignedFloat8, false): Encode<SignedFloat8, No>(source, destination, hidden, scale, counter, slot, count); break;
            case (NumberFormat.UnsignedFloat8, true): Encode<UnsignedFloat8, Yes>(source, destination, hidden, scale, counter, slot, count); break;
            case (NumberFormat.UnsignedFloat8, false): Encode<UnsignedFloat8, No>(source, destination, hidden, scale, counter, slot, count); break;
            default: Encode<SingleFormat, No>(source, destination, hidden, scale, counter, slot, count); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Decode<TFormat>(byte* source, byte* hidden, float scale, T* destination, nint count)
        where TFormat : IFormat
    {
        nint i = 0;
        V scales = V.Create(scale);
        for (; i <= count - V.Count; i += V.Count)
        {
            V.Store(destination + i, V.Load<TFormat>(source + (i * TFormat.Bytes), hidden + (i * sizeof(ushort)), scales));
        }

        for (; i < count; i++)
        {
            LanesScalar<T>.Store(destination + i, LanesScalar<T>.Load<TFormat>(source + (i * TFormat.Bytes), hidden + (i * sizeof(ushort)), LanesScalar<T>.Create(scale)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Encode<TFormat, TStochastic>(T* source, byte* destination, byte* hidden, float scale, uint counter, int slot, nint count)
        where TFormat : IFormat
        where TStochastic : IOption
    {
        nint i = 0;
        V scales = V.Create(scale);
        for (V counters = V.Counter(counter); i <= count - V.Count; i += V.Count, counters = V.Next(counters))
        {
            V.Store<TFormat, TStochastic>(
                destination + (i * TFormat.Bytes), hidden + (i * sizeof(ushort)), V.Load<No>(source + i), scales, V.Slot(V.Mix(counters), slot, TFormat.NoiseBits));
        }

        for (; i < count; i++)
        {
            LanesScalar<T> noise = LanesScalar<T>.Slot(LanesScalar<T>.Mix(LanesScalar<T>.Counter(Noise.First(counter, (ulong)i))), slot, TFormat.NoiseBits);
            LanesScalar<T>.Store<TFormat, TStochastic>(
                destination + (i * TFormat.Bytes), hidden + (i * sizeof(ushort)), LanesScalar<T>.Load<No>(source + i), LanesScalar<T>.Create(scale), noise);
        }
    }
}
