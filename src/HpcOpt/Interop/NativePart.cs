using System.Diagnostics;
using HpcOpt.Interop;

namespace HpcOpt;

/// <summary>
/// The optional native part, <c>libhpcopt_native.so</c>: memory interleaved over NUMA nodes or in reserved huge pages, pinned threads.
/// Everything else works without it. It is loaded on first use.
/// </summary>
/// <remarks>
/// Looked for in this order: the file that the environment variable <c>HPCOPT_NATIVE</c> names, and then no other; the application's
/// <c>runtimes/linux-x64/native</c>; the application's folder; the same two of this assembly; where the system's loader looks.
/// </remarks>
public static unsafe class NativePart
{
    private static readonly Lazy<LoadedLibrary> Library = new(
        () => NativeLoader.Load(Environment.GetEnvironmentVariable(NativeLoader.Variable), NativeLoader.Folders()));
    private static int _hasWarned;

    /// <summary>Whether it is loaded, which the first call tries.</summary>
    public static bool IsAvailable => Library.Value.Error is null;

    /// <summary>The file that is loaded, without a folder where the system's loader found it; null where there is none.</summary>
    public static string? File => Library.Value.File;

    /// <summary>Its release; null where there is none.</summary>
    public static string? Version => Library.Value.Version;

    /// <summary>Why it is not loaded: the file, the places that were tried, and what is wrong at each. Null where it is loaded.</summary>
    public static string? Error => Library.Value.Error;

    /// <summary>The loaded library.</summary>
    /// <exception cref="DllNotFoundException">There is none.</exception>
    internal static nint Handle => Error is null ? Library.Value.Handle : throw new DllNotFoundException(Error);

    /// <summary>Whether it is loaded; where not, a warning to <see cref="Trace"/>, once in the life of the process.</summary>
    internal static bool IsAvailableFor(string purpose)
    {
        if (IsAvailable)
        {
            return true;
        }

        if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            Trace.TraceWarning($"HpcOpt goes on without {purpose}: {Error}");
        }

        return false;
    }

    /// <summary>What this process finds on the machine now; null without the native part.</summary>
    public static MachineTopology? ReadTopology() => Topology() is { } topology ? MachineTopology.Of(topology) : null;

    internal static hpc_topology? Topology()
    {
        hpc_topology topology;
        return IsAvailable && NativeMethods.hpc_read_topology(&topology) == NativeMethods.HPC_OK ? topology : null;
    }
}
