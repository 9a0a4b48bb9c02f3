using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>The loop that updates stored numbers in registers, for the formats that its type arguments name: what a tile does by way of the stack, with the same bits.</summary>
/// <remarks>Whole vectors alone; where blocks have scales also whole blocks alone, of which the last step's codes tell the scale. The rest is a tile's.</remarks>
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
    private const int CacheLine = 64;

    /// <summary>Updates the elements from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    public static void Run(void* loop, nint start, nint end)
    {
        var self = (StoredLoop<T, V, TUpdate>*)loop;
        nint i = FusedWholes(self, start, end);
        if (i < end)
        {
            StoredLoop<T, V, TUpdate>.Tile(self, i, end - i);
        }
    }

    /// <summary>Updates whole vectors; returns how far.</summary>
    /// <remarks>Not inlined and optimized at once, for the reasons that <see cref="UpdateLoop{T, V, TUpdate}"/> gives.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint FusedWholes(StoredLoop<T, V, TUpdate>* loop, nint start, nint end)
    {
        TUpdate update = *loop->Update;
        Vectors<T> memory = *loop->Memory;
        byte* hidden = memory.Stored->Hidden;
        bool asksAhead = (end - start) * sizeof(float) > Ahead.Least;
        V r0 = default, r1 = default, r2 = default, r3 = default, w0 = default, w1 = default, w2 = default, w3 = default;
        nint i = start;
        while (true)
        {
            nint stop = nint.Min(i + Block, end);
            nint last = stop - V.Count;
            if (i > last || (TSigned.HasScales && stop - i < Block))
            {
                return i;
            }

            if (TSigned.HasScales && TUpdate.StateCount > 0)
            {
                BlockScales scales;
                if (!ScalesOf(loop, i, &scales))
                {
                    StoredLoop<T, V, TUpdate>.Tile(loop, i, Block);
                    i = stop;
                    continue;
                }

                (r0, w0) = (V.Create(scales.Read0), V.Create(scales.Write0));
                (r1, w1) = (V.Create(scales.Read1), V.Create(scales.Write1));
                (r2, w2) = (V.Create(scales.Read2), V.Create(scales.Write2));
                (r3, w3) = (V.Create(scales.Read3), V.Create(scales.Write3));
            }

            if (asksAhead)
            {
                AskAhead(loop->Memory, i);
            }

            V counter = TStochastic.IsOn ? V.Counter(Noise.First(memory.Stored->Key, memory.Stored->FirstIndex + (ulong)i)) : default;
            for (; i <= last; i += V.Count)
            {
                V p = Moves(Traffic.ReadParameters) ? V.Load<TParameters>((byte*)memory.P + (i * TParameters.Bytes), hidden + (i * sizeof(ushort)), default) : default;
                V g = Moves(Traffic.ReadGradient) ? V.Load<TGradient>((byte*)memory.G + (i * TGradient.Bytes), null, default) : default;
                V s0 = Reads(0) ? Load(0, memory.S0, i, r0) : default;
                V s1 = Reads(1) ? Load(1, memory.S1, i, r1) : default;
                V s2 = Reads(2) ? Load(2, memory.S2, i, r2) : default;
                V s3 = Reads(3) ? Load(3, memory.S3, i, r3) : default;
                update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
                V mixed = TStochastic.IsOn ? V.Mix(counter) : default;
                if (Moves(Traffic.WriteParameters))
                {
                    V noise = V.Slot(mixed, TUpdate.StateCount, TParameters.NoiseBits);
                    V.Store<TParameters, TStochastic>((byte*)memory.P + (i * TParameters.Bytes), hidden + (i * sizeof(ushort)), p, default, noise);
                }

                if (Writes(0))
                {
                    Store(0, memory.S0, i, s0, w0, mixed);
                }

                if (Writes(1))
                {
                    Store(1, memory.S1, i, s1, w1, mixed);
                }

                if (Writes(2))
                {
                    Store(2, memory.S2, i, s2, w2, mixed);
                }

                if (Writes(3))
                {
                    Store(3, memory.S3, i, s3, w3, mixed);
                }

                if (TStochastic.IsOn)
                {
                    counter = V.Next(counter);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load(int vector, T* state, nint i, V scale) =>
        Has(StateTraits.Parameters0, vector) ? V.Load<SingleFormat>((byte*)state + (i * sizeof(float)), null, default)
        : Has(StateTraits.NonNegative0, vector) ? V.Load<TUnsigned>((byte*)state + (i * TUnsigned.Bytes), null, scale)
        : V.Load<TSigned>((byte*)state + (i * TSigned.Bytes), null, scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int vector, T* state, nint i, V value, V scale, V mixed)
    {
        if (Has(StateTraits.Parameters0, vector))
        {
            V.Store<SingleFormat, No>((byte*)state + (i * sizeof(float)), null, value, default, default);
        }
        else if (Has(StateTraits.NonNegative0, vector))
        {
            V.Store<TUnsigned, TStochastic>((byte*)state + (i * TUnsigned.Bytes), null, value, scale, V.Slot(mixed, vector, TUnsigned.NoiseBits));
        }
        else
        {
            V.Store<TSigned, TStochastic>((byte*)state + (i * TSigned.Bytes), null, value, scale, V.Slot(mixed, vector, TSigned.NoiseBits));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Has(StateTraits ofFirst, int vector) => ((int)TUpdate.Traits >> vector & (int)ofFirst) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Moves(Traffic stream) => (TUpdate.Traffic & stream) != Traffic.None;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Reads(int vector) => TUpdate.StateCount > vector && Moves(Traffic.ReadState);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Writes(int vector) => TUpdate.StateCount > vector && Moves(Traffic.WriteState);

    /// <summary>The scales to read a block with and those to write it with, which it keeps; false, and nothing kept, where one must be measured.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
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
                (&scales->Read0)[k] = scale;
                (&scales->Write0)[k] = Moves(Traffic.WriteState) ? Scales.Next((byte*)(&memory->S0)[k] + i, Block, scale, Has(StateTraits.NonNegative0, k)) : scale;
                if ((&scales->Write0)[k] == 0 && Moves(Traffic.WriteState))
                {
                    return false;
                }
            }
        }

        for (int k = 0; k < TUpdate.StateCount && Moves(Traffic.WriteState); k++)
        {
            if (!Has(StateTraits.Parameters0, k))
            {
                (&memory->Stored->Scales0)[k][block] = (&scales->Write0)[k];
            }
        }

        return true;
    }

    /// <summary>Asks the memory for the lines of a block that comes later; see <see cref="Ahead"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AskAhead(Vectors<T>* memory, nint i)
    {
        if (Sse.IsSupported)
        {
            Ask((byte*)memory->P + (i * TParameters.Bytes), TParameters.Bytes);
            Ask((byte*)memory->G + (i * TGradient.Bytes), TGradient.Bytes);
            for (int k = 0; k < TUpdate.StateCount; k++)
            {
                int bytes = Has(StateTraits.Parameters0, k) ? sizeof(float) : TSigned.Bytes;
                Ask((byte*)(&memory->S0)[k] + (i * bytes), bytes);
            }

            if (memory->Stored->Hidden != null)
            {
                Ask(memory->Stored->Hidden + (i * sizeof(ushort)), sizeof(ushort));
            }
        }

        static void Ask(byte* at, int bytes)
        {
            for (int n = 0; n < Block * bytes; n += CacheLine)
            {
                Sse.Prefetch0(at + Ahead.Bytes + n);
            }
        }
    }

    /// <summary>The scales of a block for reading and for writing.</summary>
    private struct BlockScales
    {
        public float Read0;
        public float Read1;
        public float Read2;
        public float Read3;
        public float Write0;
        public float Write1;
        public float Write2;
        public float Write3;
    }
}
