using System.Runtime.CompilerServices;

namespace HpcOpt.Blas;

/// <summary>Work that can be done range by range, by several threads at once.</summary>
internal interface IRangeWork
{
    /// <summary>Does what belongs to first…end-1.</summary>
    void Run(nint first, nint end);
}

internal static unsafe class RangeWork
{
    // More than any grain: each part is worth a thread.
    private const int Heavy = 1 << 20;

    /// <summary>Does the work for 0…<paramref name="length"/>-1, on as many threads as elements of that size are worth.</summary>
    public static void Run<TWork>(this Execution execution, ref TWork work, nint length, nint elementSize)
        where TWork : struct, IRangeWork =>
        // The work lies on this thread's stack, where it stays until all have finished.
        execution.Run(&Body<TWork>, Unsafe.AsPointer(ref work), length, (int)nint.Min(elementSize, Heavy));

    /// <summary>Does the work for so many parts, each on a thread of its own.</summary>
    public static void RunParts<TWork>(this Execution execution, ref TWork work, int parts)
        where TWork : struct, IRangeWork =>
        Run(execution, ref work, parts, Heavy);

    private static void Body<TWork>(void* state, nint first, nint end)
        where TWork : struct, IRangeWork => Unsafe.AsRef<TWork>(state).Run(first, end);
}
