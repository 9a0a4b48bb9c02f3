using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>
/// The loop for parameters in the precision of the arithmetic; for others see <see cref="LowPrecisionLoops{T, V, TUpdate}"/>. Each element
/// of each stream is read and written once.
/// </summary>
internal static unsafe class UpdateLoop<T, V, TUpdate>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IKernelLanes<V, T>
    where TUpdate : unmanaged, IUpdate<V>
{
    /// <summary>Updates the elements from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    public static void Run(CompiledUpdate* update, Streams* streams, SegmentRange* range, nint start, nint end) =>
        Run((TUpdate*)update->Constants, streams, start, end);

    /// <inheritdoc cref="Run(CompiledUpdate*, Streams*, SegmentRange*, nint, nint)"/>
    public static void Run(TUpdate* update, Streams* streams, nint start, nint end)
    {
        nint i = (end - start) * sizeof(T) <= Prefetch.LeastBytes ? start
            : TUpdate.StateCount == 0 ? FullVectors<Near>(update, streams, start, end - (Near.Bytes(sizeof(V)) / sizeof(T)))
            : FullVectors<Far>(update, streams, start, end - (Far.Bytes(sizeof(V)) / sizeof(T)));
        i = FullVectors<NoPrefetch>(update, streams, i, end);

        // Never an overlapping last vector: in place it would apply the update twice.
        if (i < end)
        {
            Remainder(update, new(streams), i, end - i);
        }
    }

    /// <summary>Updates full vectors; returns how far.</summary>
    /// <typeparam name="TPrefetch">The prefetch distance.</typeparam>
    /// <remarks>
    /// AggressiveOptimization: fast from the first step, and no profile decides what is inlined. Guided by one from empty
    /// vectors, the compiler left calls in the loop, and it was four times slower. NoInlining: inlined into a caller that was compiled
    /// again with a profile, it had calls in the loop too. And nothing beside the loop: the compiler inlines only so much into one method.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint FullVectors<TPrefetch>(TUpdate* constants, Streams* streams, nint start, nint end)
        where TPrefetch : IPrefetch
    {
        // Copies whose address nobody takes: the compiler keeps pointers and constants in registers.
        TUpdate update = *constants;
        Pointers<T> memory = new(streams);
        nint i = start;
        for (nint last = end - V.Count; i <= last; i += V.Count)
        {
            FullVector<TPrefetch>(update, memory, i);
        }

        return i;
    }

    /// <remarks>
    /// The conditions are constants to the compiler, and what is false leaves no code. They are nested, and the usual case comes first,
    /// because each costs a little of what the compiler is willing to inline into one loop: beyond that it leaves calls.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FullVector<TPrefetch>(TUpdate update, Pointers<T> memory, nint i)
        where TPrefetch : IPrefetch
    {
        V p, g, s0 = default, s1 = default, s2 = default, s3 = default;
        if (TUpdate.Traffic != Traffic.All)
        {
            p = Moves(Traffic.ReadParameters) ? V.Load<TPrefetch>(memory.P + i) : default;
            g = Moves(Traffic.ReadGradient) ? V.Load<TPrefetch>(memory.G + i) : default;
            if (Moves(Traffic.ReadState))
            {
                Load<TPrefetch>(memory, i, out s0, out s1, out s2, out s3);
            }

            update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
            if (Moves(Traffic.WriteParameters))
            {
                V.Store(memory.P + i, p);
            }

            if (Moves(Traffic.WriteState))
            {
                Store(memory, i, s0, s1, s2, s3);
            }

            return;
        }

        p = V.Load<TPrefetch>(memory.P + i);
        g = V.Load<TPrefetch>(memory.G + i);
        Load<TPrefetch>(memory, i, out s0, out s1, out s2, out s3);
        update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
        V.Store(memory.P + i, p);
        Store(memory, i, s0, s1, s2, s3);
    }

    private static bool Moves(Traffic stream) => (TUpdate.Traffic & stream) != Traffic.None;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TPrefetch>(Pointers<T> memory, nint i, out V s0, out V s1, out V s2, out V s3)
        where TPrefetch : IPrefetch
    {
        (s0, s1, s2, s3) = (default, default, default, default);
        if (TUpdate.StateCount > 0)
        {
            s0 = V.Load<TPrefetch>(memory.S0 + i);
            if (TUpdate.StateCount > 1)
            {
                s1 = V.Load<TPrefetch>(memory.S1 + i);
                if (TUpdate.StateCount > 2)
                {
                    s2 = V.Load<TPrefetch>(memory.S2 + i);
                    if (TUpdate.StateCount > 3)
                    {
                        s3 = V.Load<TPrefetch>(memory.S3 + i);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Pointers<T> memory, nint i, V s0, V s1, V s2, V s3)
    {
        if (TUpdate.StateCount > 0)
        {
            V.Store(memory.S0 + i, s0);
            if (TUpdate.StateCount > 1)
            {
                V.Store(memory.S1 + i, s1);
                if (TUpdate.StateCount > 2)
                {
                    V.Store(memory.S2 + i, s2);
                    if (TUpdate.StateCount > 3)
                    {
                        V.Store(memory.S3 + i, s3);
                    }
                }
            }
        }
    }

    private static void Remainder(TUpdate* update, Pointers<T> memory, nint i, nint count)
    {
        bool reads = Moves(Traffic.ReadState), writes = Moves(Traffic.WriteState);
        V p = Moves(Traffic.ReadParameters) ? V.LoadFirst(memory.P + i, count) : default;
        V g = Moves(Traffic.ReadGradient) ? V.LoadFirst(memory.G + i, count) : default;
        V s0 = reads && TUpdate.StateCount > 0 ? V.LoadFirst(memory.S0 + i, count) : default;
        V s1 = reads && TUpdate.StateCount > 1 ? V.LoadFirst(memory.S1 + i, count) : default;
        V s2 = reads && TUpdate.StateCount > 2 ? V.LoadFirst(memory.S2 + i, count) : default;
        V s3 = reads && TUpdate.StateCount > 3 ? V.LoadFirst(memory.S3 + i, count) : default;
        update->Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
        if (Moves(Traffic.WriteParameters))
        {
            V.StoreFirst(memory.P + i, count, p);
        }

        if (writes && TUpdate.StateCount > 0)
        {
            V.StoreFirst(memory.S0 + i, count, s0);
        }

        if (writes && TUpdate.StateCount > 1)
        {
            V.StoreFirst(memory.S1 + i, count, s1);
        }

        if (writes && TUpdate.StateCount > 2)
        {
            V.StoreFirst(memory.S2 + i, count, s2);
        }

        if (writes && TUpdate.StateCount > 3)
        {
            V.StoreFirst(memory.S3 + i, count, s3);
        }
    }
}
