using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Updates stored numbers for the formats that its type arguments name, with the bits of a <see cref="StoredTile{T, V}"/> and fewer passes.</summary>
/// <remarks>
/// Two loops for each chunk: one reads the formats, updates, and leaves what must be rounded as floats in the first-level cache; then one rounds each stream, and what
/// is to be read next arrives meanwhile. In one loop it was slower: while a division waits, so long a formula fills the registers that a CPU has for renaming
/// (160 on Zen 3), and two vectors at once, which halve the packing, were more local variables than the compiler inlines. AdamW with bf16 alone, 4,096 parameters,
/// one thread on Zen 3: 0.75 of one loop's time. Pairs of whole vectors alone; where blocks have scales whole blocks alone, of which the last step's codes tell the
/// scale. The rest is a tile's.
/// </remarks>
/// <typeparam name="T"><see cref="float"/>.</typeparam>
/// <typeparam name="V">The lanes.</typeparam>
/// <typeparam name="TUpdate">The formula.</typeparam>
/// <typeparam name="TParameters">Format of the parameters.</typeparam>
/// <typeparam name="TGradient">Format of the gradient.</typeparam>
/// <typeparam name="TSigned">Format of state of either sign.</typeparam>
/// <typeparam name="TUnsigned">Format of state that is never negative.</typeparam>
/// <typeparam name="TStochastic">Whether rounding is stochastic.</typeparam>
internal static unsafe class FusedLoop<T, V, TUpdate, TParameters, TGradient, TSigned, TUnsigned, TStochastic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IMemoryLanes<V, T>
    where TUpdate : unmanaged, IUpdate<V>
    where TParameters : IFormat
    where TGradient : IFormat
    where TSigned : IFormat
    where TUnsigned : IFormat
    where TStochastic : IOption
{
    private const int Block = Float8.BlockLength;

    // As many blocks as fit the first-level cache with their floats: the loops begin and end less often.
    private const int Blocks = 2;
    private const int Chunk = Blocks * Block;

    // Streams that are rounded: up to four of state, then the parameters. Behind them what their random bits are made of.
    private const int Rounded = 5;

    /// <summary>Whether nothing that is read has more than 16 bits, so that what is not a number has a payload that rounding cannot carry away.</summary>
    private static bool HasShortNumbers
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TParameters) == typeof(BFloat16Format) && typeof(TGradient) == typeof(BFloat16Format) && typeof(TSigned) != typeof(SingleFormat)
            && (TUpdate.Traits & (StateTraits.Parameters0 | StateTraits.Parameters1 | StateTraits.Parameters2 | StateTraits.Parameters3)) == StateTraits.None;
    }

    /// <summary>Updates the elements from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    [SkipLocalsInit]
    public static void Run(void* loop, nint start, nint end)
    {
        var self = (StoredLoop<T, V, TUpdate>*)loop;
        bool asksAhead = (end - start) * sizeof(float) > Ahead.Least;
        T* floats = stackalloc T[(Rounded + 1) * Chunk];
        BlockScales* scales = stackalloc BlockScales[Blocks];
        for (nint i = start; i < end;)
        {
            nint count = nint.Min(Chunk, end - i);
            nint whole = TSigned.HasScales ? KnownScales(self, scales, i, count) : count - (count % (2 * V.Count));
            if (whole > 0)
            {
                UpdateChunk(self, scales, floats, i, whole, asksAhead);
                Round(self->Memory, scales, floats, i, whole);
                i += whole;
            }

            if (whole < count)
            {
                nint rest = nint.Min(Block, count - whole);
                StoredLoop<T, V, TUpdate>.Tile(self, i, rest);
                i += rest;
            }
        }
    }

    /// <remarks>
    /// Not inlined and optimized at once, for the reasons that <see cref="UpdateLoop{T, V, TUpdate}"/> gives. No calls: across one the compiler keeps no vector in a register.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void UpdateChunk(StoredLoop<T, V, TUpdate>* loop, BlockScales* scales, T* floats, nint start, nint count, bool asksAhead)
    {
        TUpdate update = *loop->Update;
        Vectors<T> memory = *loop->Memory;
        byte* hidden = memory.Stored->Hidden;
        for (nint n = 0; n < count; n += V.Count)
        {
            nint i = start + n;
            if (asksAhead)
            {
                AskAhead(memory, hidden, i + Chunk);
            }

            float* read = scales[(nuint)n / Block].Read;
            V p = Moves(Traffic.ReadParameters) ? V.Load<TParameters>((byte*)memory.P + (i * TParameters.Bytes), hidden + (i * sizeof(ushort)), default) : default;
            V g = Moves(Traffic.ReadGradient) ? V.Load<TGradient>((byte*)memory.G + (i * TGradient.Bytes), null, default) : default;
            V s0 = Reads(0) ? Load(0, memory.S0, i, read) : default;
            V s1 = Reads(1) ? Load(1, memory.S1, i, read) : default;
            V s2 = Reads(2) ? Load(2, memory.S2, i, read) : default;
            V s3 = Reads(3) ? Load(3, memory.S3, i, read) : default;
            update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
            if (Moves(Traffic.WriteParameters))
            {
                V.Store(IsSingle<TParameters>() ? memory.P + i : floats + ((Rounded - 1) * Chunk) + n, p);
            }

            if (Writes(0))
            {
                V.Store(IsRounded(0) ? floats + n : memory.S0 + i, s0);
            }

            if (Writes(1))
            {
                V.Store(IsRounded(1) ? floats + Chunk + n : memory.S1 + i, s1);
            }

            if (Writes(2))
            {
                V.Store(IsRounded(2) ? floats + (2 * Chunk) + n : memory.S2 + i, s2);
            }

            if (Writes(3))
            {
                V.Store(IsRounded(3) ? floats + (3 * Chunk) + n : memory.S3 + i, s3);
            }
        }
    }

    /// <summary>Writes what <see cref="UpdateChunk"/> left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Round(Vectors<T>* memory, BlockScales* scales, T* floats, nint start, nint count)
    {
        Stored* stored = memory->Stored;
        if (TStochastic.IsOn && !(IsSingle<TParameters>() && IsSingle<TSigned>()))
        {
            Conversion<T, V>.Mix(Noise.First(stored->Key, stored->FirstIndex + (ulong)start), floats + (Rounded * Chunk), count);
        }

        if (Moves(Traffic.WriteParameters) && !IsSingle<TParameters>())
        {
            Encode<TParameters>(TUpdate.StateCount, (byte*)memory->P + (start * TParameters.Bytes), stored->Hidden + (start * sizeof(ushort)), null, floats, floats + ((Rounded - 1) * Chunk), count);
        }

        for (int k = 0; k < TUpdate.StateCount && Moves(Traffic.WriteState); k++)
        {
            byte* state = (byte*)(&memory->S0)[k] + (start * TSigned.Bytes);
            if (IsRounded(k) && Has(StateTraits.NonNegative0, k))
            {
                Encode<TUnsigned>(k, state, null, scales->Write + k, floats, floats + (k * Chunk), count);
            }
            else if (IsRounded(k))
            {
                Encode<TSigned>(k, state, null, scales->Write + k, floats, floats + (k * Chunk), count);
            }
        }
    }

    private static void Encode<TFormat>(int slot, byte* destination, byte* hidden, float* scales, T* floats, T* source, nint count)
        where TFormat : IFormat
    {
        T* mixed = floats + (Rounded * Chunk);
        if (HasShortNumbers)
        {
            Conversion<T, V>.Encode<TFormat, TStochastic, No>(source, mixed, destination, hidden, scales, slot, count);
        }
        else
        {
            Conversion<T, V>.Encode<TFormat, TStochastic, Yes>(source, mixed, destination, hidden, scales, slot, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load(int vector, T* state, nint i, float* scales) =>
        !IsRounded(vector) ? V.Load<No>(state + i)
        : Has(StateTraits.NonNegative0, vector) ? V.Load<TUnsigned>((byte*)state + (i * TUnsigned.Bytes), null, TUnsigned.HasScales ? V.Broadcast((T*)scales + vector) : default)
        : V.Load<TSigned>((byte*)state + (i * TSigned.Bytes), null, TSigned.HasScales ? V.Broadcast((T*)scales + vector) : default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSingle<TFormat>()
        where TFormat : IFormat => typeof(TFormat) == typeof(SingleFormat);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsRounded(int vector) => !IsSingle<TSigned>() && !Has(StateTraits.Parameters0, vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Has(StateTraits ofFirst, int vector) => ((int)TUpdate.Traits >> vector & (int)ofFirst) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Moves(Traffic stream) => (TUpdate.Traffic & stream) != Traffic.None;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Reads(int vector) => TUpdate.StateCount > vector && Moves(Traffic.ReadState);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Writes(int vector) => TUpdate.StateCount > vector && Moves(Traffic.WriteState);

    /// <summary>Finds the scales of whole blocks from <paramref name="start"/> on, and stops before one that must be measured; returns how many elements that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint KnownScales(StoredLoop<T, V, TUpdate>* loop, BlockScales* scales, nint start, nint count)
    {
        nint known = 0;
        while (known <= count - Block && (TUpdate.StateCount == 0 || ScalesOf(loop, start + known, scales++)))
        {
            known += Block;
        }

        return known;
    }

    /// <summary>The scales to read a block with and those to write it with, which it keeps; false, and nothing kept, where one must be measured.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool ScalesOf(StoredLoop<T, V, TUpdate>* loop, nint i, BlockScales* scales)
    {
        Vectors<T>* memory = loop->Memory;
        nint block = loop->FirstBlock + ((i - loop->Origin) / Block);
        *scales = default;
        for (int k = 0; k < TUpdate.StateCount; k++)
        {
            if (!Has(StateTraits.Parameters0, k))
            {
                float scale = (&memory->Stored->Scales0)[k][block];
                scales->Read[k] = scale;
                scales->Write[k] = Moves(Traffic.WriteState) ? Scales.Next((byte*)(&memory->S0)[k] + i, Block, scale, Has(StateTraits.NonNegative0, k)) : scale;
                if (scales->Write[k] == 0 && Moves(Traffic.WriteState))
                {
                    return false;
                }
            }
        }

        for (int k = 0; k < TUpdate.StateCount && Moves(Traffic.WriteState); k++)
        {
            if (!Has(StateTraits.Parameters0, k))
            {
                (&memory->Stored->Scales0)[k][block] = scales->Write[k];
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int StateBytes(int vector) => IsRounded(vector) ? TSigned.Bytes : sizeof(float);

    /// <summary>Asks the memory for the lines of an element of the next chunk: they arrive while this one is rounded. See <see cref="Ahead"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AskAhead(Vectors<T> memory, byte* hidden, nint i)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        Sse.Prefetch0((byte*)memory.P + (i * TParameters.Bytes));
        Sse.Prefetch0((byte*)memory.G + (i * TGradient.Bytes));
        if (TUpdate.StateCount > 0)
        {
            Sse.Prefetch0((byte*)memory.S0 + (i * StateBytes(0)));
        }

        if (TUpdate.StateCount > 1)
        {
            Sse.Prefetch0((byte*)memory.S1 + (i * StateBytes(1)));
        }

        if (typeof(TParameters) == typeof(SplitFormat))
        {
            Sse.Prefetch0(hidden + (i * sizeof(ushort)));
        }
    }

    /// <summary>The scales of a block for reading and for writing.</summary>
    private struct BlockScales
    {
        public fixed float Read[Conversion<T, V>.ScaleStride / 2];
        public fixed float Write[Conversion<T, V>.ScaleStride / 2];
    }
}
