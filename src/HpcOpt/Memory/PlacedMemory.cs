using HpcOpt.Interop;

namespace HpcOpt;

/// <summary>Memory of the native part, for wishes that managed code cannot grant.</summary>
internal static unsafe class PlacedMemory
{
    /// <summary>Maps memory; false where nothing is wished, the native part is missing (it warns once), or the system refuses.</summary>
    public static bool TryAllocate(nuint bytes, MemoryOptions wishes, out hpc_memory memory)
    {
        memory = default;
        if (wishes == MemoryOptions.None || !NativePart.IsAvailableFor("interleaved memory and reserved huge pages"))
        {
            return false;
        }

        hpc_memory mapped;
        bool granted = NativeMethods.hpc_allocate(bytes, (uint)wishes, &mapped) == NativeMethods.HPC_OK;
        memory = granted ? mapped : default;
        return granted;
    }

    public static void Free(hpc_memory memory) => _ = NativeMethods.hpc_free(&memory);
}
