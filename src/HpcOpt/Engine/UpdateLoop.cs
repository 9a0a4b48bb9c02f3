using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>The only loop that updates parameters. Each element of each stream is read and written once.</summary>
internal unsafe struct UpdateLoop<T, V, TUpdate>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IMemoryLanes<V, T>
    where TUpdate : unmanaged, IUpdate<V>
{
    public TUpdate* Update;
    public Vectors<T>* Memory;

    /// <summary>Updates the elements from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    /// <remarks>
    /// AggressiveOptimization: fast from the first step, and no profile decides what is inlined. Guided by one from empty
    /// vectors, the compiler left calls in the loop, and it was four times slower.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* loop, nint start, nint end)
    {
        // Copies whose address nobody takes: the compiler keeps pointers and constants in registers.
        TUpdate update = *((UpdateLoop<T, V, TUpdate>*)loop)->Update;
        Vectors<T> memory = *((UpdateLoop<T, V, TUpdate>*)loop)->Memory;
        nint i = start;
        for (nint last = end - V.Count; i <= last; i += V.Count)
        {
            Whole(update, memory, i);
        }

        // Never an overlapping last vector: in place it would apply the update twice.
        if (i < end)
        {
            First(((UpdateLoop<T, V, TUpdate>*)loop)->Update, memory, i, end - i);
        }
    }

    // Constants to the compiler: what is false leaves no code.
    private static bool Moves(Traffic stream) => (TUpdate.Traffic & stream) != Traffic.None;

    private static bool Reads(int state) => TUpdate.StateCount > state && Moves(Traffic.ReadState);

    private static bool Writes(int state) => TUpdate.StateCount > state && Moves(Traffic.WriteState);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole(TUpdate update, Vectors<T> memory, nint i)
    {
        V p = Moves(Traffic.ReadParameters) ? V.Load(memory.P + i) : default;
        V g = Moves(Traffic.ReadGradient) ? V.Load(memory.G + i) : default;
        V s0 = Reads(0) ? V.Load(memory.S0 + i) : default;
        V s1 = Reads(1) ? V.Load(memory.S1 + i) : default;
        V s2 = Reads(2) ? V.Load(memory.S2 + i) : default;
        V s3 = Reads(3) ? V.Load(memory.S3 + i) : default;
        update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
        if (Moves(Traffic.WriteParameters))
        {
            V.Store(memory.P + i, p);
        }

        if (Writes(0))
        {
            V.Store(memory.S0 + i, s0);
        }

        if (Writes(1))
        {
            V.Store(memory.S1 + i, s1);
        }

        if (Writes(2))
        {
            V.Store(memory.S2 + i, s2);
        }

        if (Writes(3))
        {
            V.Store(memory.S3 + i, s3);
        }
    }

    private static void First(TUpdate* update, Vectors<T> memory, nint i, nint count)
    {
        V p = Moves(Traffic.ReadParameters) ? V.LoadFirst(memory.P + i, count) : default;
        V g = Moves(Traffic.ReadGradient) ? V.LoadFirst(memory.G + i, count) : default;
        V s0 = Reads(0) ? V.LoadFirst(memory.S0 + i, count) : default;
        V s1 = Reads(1) ? V.LoadFirst(memory.S1 + i, count) : default;
        V s2 = Reads(2) ? V.LoadFirst(memory.S2 + i, count) : default;
        V s3 = Reads(3) ? V.LoadFirst(memory.S3 + i, count) : default;
        update->Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
        if (Moves(Traffic.WriteParameters))
        {
            V.StoreFirst(memory.P + i, count, p);
        }

        if (Writes(0))
        {
            V.StoreFirst(memory.S0 + i, count, s0);
        }

        if (Writes(1))
        {
            V.StoreFirst(memory.S1 + i, count, s1);
        }

        if (Writes(2))
        {
            V.StoreFirst(memory.S2 + i, count, s2);
        }

        if (Writes(3))
        {
            V.StoreFirst(memory.S3 + i, count, s3);
        }
    }
}
