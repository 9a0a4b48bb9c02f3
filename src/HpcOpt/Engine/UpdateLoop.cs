using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>A pass over vectors in memory with the lanes of one path.</summary>
internal readonly unsafe struct Sweep<T, V>(Execution execution, Vectors<T>* memory) : ISweep<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IMemoryLanes<V, T>
{
    public void Run<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, IUpdate<V>
    {
        fixed (TUpdate* constants = &update)
        {
            var loop = new UpdateLoop<T, V, TUpdate> { Update = constants, Memory = memory };
            execution.Run(&UpdateLoop<T, V, TUpdate>.Run, &loop, memory->Length, sizeof(T));
        }
    }
}

/// <summary>The only loop that touches parameters. Each element is read and written once.</summary>
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole(TUpdate update, Vectors<T> memory, nint i)
    {
        V p = V.Load(memory.P + i);
        V g = V.Load(memory.G + i);
        V s0 = TUpdate.StateCount > 0 ? V.Load(memory.S0 + i) : default;
        V s1 = TUpdate.StateCount > 1 ? V.Load(memory.S1 + i) : default;
        V s2 = TUpdate.StateCount > 2 ? V.Load(memory.S2 + i) : default;
        update.Apply(ref p, g, ref s0, ref s1, ref s2);
        V.Store(memory.P + i, p);
        if (TUpdate.StateCount > 0)
        {
            V.Store(memory.S0 + i, s0);
        }

        if (TUpdate.StateCount > 1)
        {
            V.Store(memory.S1 + i, s1);
        }

        if (TUpdate.StateCount > 2)
        {
            V.Store(memory.S2 + i, s2);
        }
    }

    private static void First(TUpdate* update, Vectors<T> memory, nint i, nint count)
    {
        V p = V.LoadFirst(memory.P + i, count);
        V g = V.LoadFirst(memory.G + i, count);
        V s0 = TUpdate.StateCount > 0 ? V.LoadFirst(memory.S0 + i, count) : default;
        V s1 = TUpdate.StateCount > 1 ? V.LoadFirst(memory.S1 + i, count) : default;
        V s2 = TUpdate.StateCount > 2 ? V.LoadFirst(memory.S2 + i, count) : default;
        update->Apply(ref p, g, ref s0, ref s1, ref s2);
        V.StoreFirst(memory.P + i, count, p);
        if (TUpdate.StateCount > 0)
        {
            V.StoreFirst(memory.S0 + i, count, s0);
        }

        if (TUpdate.StateCount > 1)
        {
            V.StoreFirst(memory.S1 + i, count, s1);
        }

        if (TUpdate.StateCount > 2)
        {
            V.StoreFirst(memory.S2 + i, count, s2);
        }
    }
}
