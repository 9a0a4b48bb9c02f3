using System.Runtime.InteropServices;

namespace HpcOpt.Blas.Providers;

/// <summary>What OpenBLAS needs before its first product.</summary>
internal static unsafe class OpenBlas
{
    /// <summary>One thread a call. The number is one for the whole process, and OpenBLAS offers no other.</summary>
    /// <returns>The version.</returns>
    public static string? SetUp(nint library, nint getConfig)
    {
        // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Zen MAX_THREADS=64"
        string config = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)getConfig)()) ?? "";
        if (config.Contains("USE64BITINT", StringComparison.Ordinal))
        {
            throw new UnusableException("counts in 64 bits (ILP64); use the build that counts in 32 bits (LP64)");
        }

        if (NativeLibrary.TryGetExport(library, "openblas_get_parallel", out nint parallel) && ((delegate* unmanaged<int>)parallel)() == 0)
        {
            throw new UnusableException(
                "is OpenBLAS's serial build, which several threads may not call at once; use the one for POSIX threads (on Debian "
                + "libopenblas0-pthread)");
        }

        if (NativeLibrary.TryGetExport(library, "openblas_set_num_threads", out nint threads))
        {
            ((delegate* unmanaged<int, void>)threads)(1);
        }

        return config.Split(' ').ElementAtOrDefault(1);
    }
}
