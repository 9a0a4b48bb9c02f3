using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt.Cli.Bench;

/// <summary>
/// What no optimizer with so many divisions and square roots can beat where memory is fast: the same number of them on the same path and
/// threads, between registers.
/// </summary>
/// <remarks>
/// Neighbouring vectors are independent, as in an update, so the CPU overlaps them. Its divider takes one at a time: AVX2 on Zen 3 needs
/// about 15 cycles for a division and a root of 8 floats.
/// </remarks>
internal readonly unsafe struct ArithmeticFloor(StepCost cost, Execution execution, nint length, int elementSize)
{
    public void Run<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => execution.OnPath<T, Job<T>>(new(this));

    private void RunOn<V>()
        where V : unmanaged, ILanes<V>
    {
        (nint Lanes, int Divisions, int Roots) work = (sizeof(V) / elementSize, cost.Divisions, cost.Roots);
        if (work.Divisions + work.Roots > 0)
        {
            execution.Run(&Work<V>, &work, length, elementSize);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Work<V>(void* state, nint start, nint end)
        where V : unmanaged, ILanes<V>
    {
        (nint lanes, int divisions, int roots) = *((nint, int, int)*)state;
        V one = V.Create(1), x = one, kept = one;
        for (nint i = start; i < end; i += lanes)
        {
            x += one;
            V y = x;
            for (int k = 0; k < roots; k++)
            {
                y = V.Sqrt(y);
            }

            for (int k = 0; k < divisions; k++)
            {
                y = x / y;
            }

            kept = V.Max(kept, y);
        }

        Keep(kept);
    }

    // What nobody takes, a compiler need not compute.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep<V>(V value)
        where V : unmanaged => _ = value;

    private readonly struct Job<T>(ArithmeticFloor floor) : IPathJob<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V>()
            where V : unmanaged, IMemoryLanes<V, T> => floor.RunOn<V>();
    }
}
