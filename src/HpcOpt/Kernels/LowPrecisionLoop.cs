using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Updates numbers in the formats of its type arguments, with the bits of a <see cref="Tile{T, V}"/> and fewer passes.</summary>
/// <remarks>
/// <para>Where one instruction packs a vector (<see cref="IKernelLanes{TSelf, T}.Packs"/>), one loop reads, updates, rounds and writes:
/// with AVX-512 on Zen 5, AdamW with bf16 alone, 65,536 parameters, one thread, took 0.70 of the time of two loops.</para>
/// <para>Elsewhere two loops for each chunk: one reads, updates and leaves what must be rounded as floats in the first-level cache; one
/// rounds each stream while the next chunk is prefetched. One loop was slower: while a division waits, so long a formula fills the
/// registers for renaming (160 on Zen 3), and two vectors at once, which halve the packing, need more local variables than the compiler
/// inlines. The same AdamW on Zen 3: 0.75 of one loop's time.</para>
/// <para>Full vectors only (pairs of them in two loops); where blocks have scales, whole blocks whose scale the last step's codes tell.
/// The rest is left to a tile.</para>
/// <para>Types are compared instead of properties: the compiler decides that before it inlines, so the other branch costs none of the local
/// variables (512) beyond which it leaves calls.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/>.</typeparam>
/// <typeparam name="V">The lanes.</typeparam>
/// <typeparam name="TUpdate">The formula.</typeparam>
/// <typeparam name="TParameters">Format of the parameters.</typeparam>
/// <typeparam name="TGradient">Format of the gradient.</typeparam>
/// <typeparam name="T0">Format of the first vector of state; <see cref="NoFormat"/> of one that is not there.</typeparam>
/// <typeparam name="T1">Of the second.</typeparam>
/// <typeparam name="T2">Of the third.</typeparam>
/// <typeparam name="T3">Of the fourth.</typeparam>
/// <typeparam name="TStochastic">Whether rounding is stochastic.</typeparam>
internal static unsafe partial class LowPrecisionLoop<T, V, TUpdate, TParameters, TGradient, T0, T1, T2, T3, TStochastic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IKernelLanes<V, T>
    where TUpdate : unmanaged, IUpdate<V>
    where TParameters : IFormat
    where TGradient : IFormat
    where T0 : IFormat
    where T1 : IFormat
    where T2 : IFormat
    where T3 : IFormat
    where TStochastic : IOption
{
    private const int Block = Float8.BlockLength;

    private const int MostBlocks = 4;

    // Streams that are rounded: up to four of state, then the parameters. Behind them what their random bits are made of.
    private const int Rounded = 5;

    /// <summary>Elements of a chunk: as many blocks as fit the first-level cache with their floats. One loop needs no floats.</summary>
    private static int Chunk
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (V.Packs ? MostBlocks : 2) * Block;
    }

    private static bool HasScales
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => T0.HasScales || T1.HasScales || T2.HasScales || T3.HasScales;
    }

    /// <summary>Whether nothing that is read has more than 16 bits: rounding then cannot carry the payload of a NaN away.</summary>
    private static bool HasShortNumbers =>
        typeof(TParameters) == typeof(BFloat16Format) && typeof(TGradient) == typeof(BFloat16Format)
        && !IsSingle<T0>() && !IsSingle<T1>() && !IsSingle<T2>() && !IsSingle<T3>();

    private static bool RoundsStochastically =>
        TStochastic.IsOn && !(IsSingle<TParameters>() && IsPlain<T0>() && IsPlain<T1>() && IsPlain<T2>() && IsPlain<T3>());

    /// <summary>Updates the elements from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    [SkipLocalsInit]
    public static void Run(CompiledUpdate* update, Streams* streams, SegmentRange* range, nint start, nint end)
    {
        var constants = (TUpdate*)update->Constants;
        bool prefetches = (end - start) * sizeof(float) > Prefetch.LeastBytes;
        T* floats = stackalloc T[V.Packs ? 0 : (Rounded + 1) * Chunk];
        BlockScale* scales = stackalloc BlockScale[MostBlocks * Conversion<T, V>.ScaleStride];
        for (nint i = start; i < end;)
        {
            nint count = nint.Min(Chunk, end - i);
            nint whole = HasScales
                ? KnownScales(streams, range->ScaleOf(i), scales, i, count)
                : count - (count % (V.Packs ? V.Count : 2 * V.Count));
            if (whole > 0)
            {
                Whole(constants, streams, scales, floats, i, whole, prefetches);
                i += whole;
            }

            if (whole < count)
            {
                nint rest = nint.Min(Block, count - whole);
                TileLoop<T, V, TUpdate>.RunTile(constants, streams, HasScales ? range->ScaleOf(i) : 0, i, rest);
                i += rest;
            }
        }
    }

    private static void Whole(TUpdate* constants, Streams* streams, BlockScale* scales, T* floats, nint start, nint count, bool prefetches)
    {
        switch (V.Packs, HasShortNumbers)
        {
            case (true, true): UpdateChunk<Yes, No>(constants, streams, scales, floats, start, count, prefetches); break;
            case (true, false): UpdateChunk<Yes, Yes>(constants, streams, scales, floats, start, count, prefetches); break;
            case (false, true):
                UpdateChunk<No, No>(constants, streams, scales, floats, start, count, prefetches);
                Round<No>(streams, scales, floats, start, count);
                break;
            case (false, false):
                UpdateChunk<No, Yes>(constants, streams, scales, floats, start, count, prefetches);
                Round<Yes>(streams, scales, floats, start, count);
                break;
        }
    }

    /// <remarks>
    /// Not inlined and optimized at once: see <see cref="UpdateLoop{T, V, TUpdate}"/>. No calls: across one no vector stays in a register.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void UpdateChunk<TPacks, TGuards>(
        TUpdate* constants, Streams* streams, BlockScale* scales, T* floats, nint start, nint count, bool prefetches)
        where TPacks : IOption
        where TGuards : IOption
    {
        TUpdate update = *constants;
        Pointers<T> memory = new(streams);
        byte* lower = streams->P.Second;
        V mixed = default, counter = default;
        if (typeof(TPacks) == typeof(Yes) && typeof(TStochastic) == typeof(Yes))
        {
            counter = V.Counter(Noise.First(streams->Rounding.Key, streams->Rounding.FirstIndex + (ulong)start));
        }

        for (nint n = 0; n < count; n += V.Count)
        {
            nint i = start + n;
            if (prefetches)
            {
                PrefetchNext(memory, lower, i + Chunk);
            }

            BlockScale* scale = scales + ((nuint)n / Block * Conversion<T, V>.ScaleStride);
            V p = Moves(Traffic.ReadParameters) ? Load<TParameters>(memory.P, lower, i, null) : default;
            V g = Moves(Traffic.ReadGradient) ? Load<TGradient>(memory.G, null, i, null) : default;
            V s0 = default, s1 = default, s2 = default, s3 = default;
            if (Moves(Traffic.ReadState))
            {
                s0 = Load<T0>(memory.S0, null, i, scale);
                s1 = Load<T1>(memory.S1, null, i, scale + 1);
                s2 = Load<T2>(memory.S2, null, i, scale + 2);
                s3 = Load<T3>(memory.S3, null, i, scale + 3);
            }

            // What waits for nothing comes before the update, what waits for its division last: a CPU looks only so far ahead.
            if (typeof(TPacks) == typeof(Yes) && typeof(TStochastic) == typeof(Yes))
            {
                mixed = V.Mix(counter);
                counter = V.Next(counter, V.Count);
            }

            update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
            if (Moves(Traffic.WriteState))
            {
                scale += Conversion<T, V>.ScaleStride / 2;
                Write<T0, No, TPacks, TGuards>(0, memory.S0, null, i, s0, scale, mixed, floats + n);
                Write<T1, Yes, TPacks, TGuards>(1, memory.S1, null, i, s1, scale + 1, mixed, floats + Chunk + n);
                Write<T2, No, TPacks, TGuards>(2, memory.S2, null, i, s2, scale + 2, mixed, floats + (2 * Chunk) + n);
                Write<T3, Yes, TPacks, TGuards>(3, memory.S3, null, i, s3, scale + 3, mixed, floats + (3 * Chunk) + n);
            }

            if (Moves(Traffic.WriteParameters))
            {
                if (typeof(T0) == typeof(NoFormat) || (typeof(T1) != typeof(NoFormat) && typeof(T2) == typeof(NoFormat))
                    || typeof(T3) != typeof(NoFormat))
                {
                    Write<TParameters, No, TPacks, TGuards>(
                        TUpdate.StateCount, memory.P, lower, i, p, null, mixed, floats + ((Rounded - 1) * Chunk) + n);
                }
                else
                {
                    Write<TParameters, Yes, TPacks, TGuards>(
                        TUpdate.StateCount, memory.P, lower, i, p, null, mixed, floats + ((Rounded - 1) * Chunk) + n);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load<TFormat>(T* vector, byte* lower, nint i, BlockScale* scale)
        where TFormat : IFormat =>
        typeof(TFormat) == typeof(NoFormat) ? default
        : typeof(TFormat) == typeof(SingleFormat) ? V.Load<NoPrefetch>(vector + i)
        : V.Load<TFormat>((byte*)vector + (i * TFormat.Bytes), lower + (i * sizeof(ushort)), scale);

    /// <summary>Writes numbers, or leaves them to be rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TFormat, TIsOdd, TPacks, TGuards>(
        int slot, T* vector, byte* lower, nint i, V value, BlockScale* scale, V mixed, T* floats)
        where TFormat : IFormat
        where TIsOdd : IOption
        where TPacks : IOption
        where TGuards : IOption
    {
        if (typeof(TFormat) == typeof(SingleFormat))
        {
            V.Store(vector + i, value);
        }
        else if (typeof(TFormat) != typeof(NoFormat) && typeof(TPacks) == typeof(No))
        {
            V.Store(floats, value);
        }
        else if (typeof(TFormat) != typeof(NoFormat))
        {
            V word = typeof(TStochastic) == typeof(Yes) ? V.Random(mixed, Noise.Multiplier(slot)) : default;
            V.Write<TFormat>((byte*)vector + (i * TFormat.Bytes), lower + (i * sizeof(ushort)),
                V.Encode<TFormat, TStochastic, TGuards, TIsOdd>(value, scale, word));
        }
    }

    /// <summary>Writes what the update of a chunk left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Round<TGuards>(Streams* streams, BlockScale* scales, T* floats, nint start, nint count)
        where TGuards : IOption
    {
        T* mixed = floats + (Rounded * Chunk);
        if (RoundsStochastically)
        {
            Conversion<T, V>.Mix(Noise.First(streams->Rounding.Key, streams->Rounding.FirstIndex + (ulong)start), mixed, count);
        }

        if (Moves(Traffic.WriteParameters) && !IsSingle<TParameters>())
        {
            Conversion<T, V>.Encode<TParameters, TStochastic, TGuards>(
                floats + ((Rounded - 1) * Chunk), mixed, streams->P.Address + (start * TParameters.Bytes), streams->P.SecondAt(start), null,
                TUpdate.StateCount, count);
        }

        if (Moves(Traffic.WriteState))
        {
            Round<T0, TGuards>(0, streams->S0.Address, scales, floats, mixed, start, count);
            Round<T1, TGuards>(1, streams->S1.Address, scales, floats, mixed, start, count);
            Round<T2, TGuards>(2, streams->S2.Address, scales, floats, mixed, start, count);
            Round<T3, TGuards>(3, streams->S3.Address, scales, floats, mixed, start, count);
        }
    }

    private static void Round<TFormat, TGuards>(int slot, byte* vector, BlockScale* scales, T* floats, T* mixed, nint start, nint count)
        where TFormat : IFormat
        where TGuards : IOption
    {
        if (!IsPlain<TFormat>())
        {
            BlockScale* written = scales + (Conversion<T, V>.ScaleStride / 2) + slot;
            Conversion<T, V>.Encode<TFormat, TStochastic, TGuards>(
                floats + (slot * Chunk), mixed, vector + (start * TFormat.Bytes), null, written, slot, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSingle<TFormat>()
        where TFormat : IFormat => typeof(TFormat) == typeof(SingleFormat);

    /// <summary>Whether there is nothing to round.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPlain<TFormat>()
        where TFormat : IFormat => typeof(TFormat) == typeof(SingleFormat) || typeof(TFormat) == typeof(NoFormat);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Moves(Traffic stream) => (TUpdate.Traffic & stream) != Traffic.None;

    /// <summary>Prefetches the lines of an element of the next chunk. See <see cref="Prefetch"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchNext(Pointers<T> memory, byte* lower, nint i)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        Sse.Prefetch0((byte*)memory.P + (i * TParameters.Bytes));
        Sse.Prefetch0((byte*)memory.G + (i * TGradient.Bytes));
        if (typeof(T0) != typeof(NoFormat))
        {
            Sse.Prefetch0((byte*)memory.S0 + (i * T0.Bytes));
        }

        if (typeof(T1) != typeof(NoFormat))
        {
            Sse.Prefetch0((byte*)memory.S1 + (i * T1.Bytes));
        }

        if (typeof(TParameters) == typeof(SplitFormat))
        {
            Sse.Prefetch0(lower + (i * sizeof(ushort)));
        }
    }
}
