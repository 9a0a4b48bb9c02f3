using System.Runtime.InteropServices;
using HpcOpt.Engine;

namespace HpcOpt.Blas.Providers;

/// <summary>What Intel MKL needs before its first call.</summary>
/// <remarks>
/// <c>libmkl_rt</c> loads its parts at the first call, and ends the process if one is missing; so they are searched first. By default it
/// would load the layer for Intel's OpenMP, which is rarely there; the sequential layer needs nothing.
/// </remarks>
internal static unsafe class Mkl
{
    private const int Lp64 = 0;
    private const int IntelThreads = 0;
    private const int Sequential = 1;

    // The same bits from run to run on one machine.
    private const int BestReproducible = 2;

    private static readonly string[] Kernels = ["libmkl_def", "libmkl_avx2", "libmkl_avx512"];

    /// <summary>Chooses the interface with 32-bit counts, and the sequential layer.</summary>
    /// <param name="file">The library.</param>
    /// <param name="folders">Where its parts may lie, beside its own folder.</param>
    /// <param name="library">Its handle.</param>
    /// <param name="setThreads">Sets the number of threads of the calling thread; null if the layer is sequential.</param>
    /// <returns>The version.</returns>
    public static string SetUp(string file, IReadOnlyCollection<string> folders, nint library, out delegate* unmanaged<int, int> setThreads)
    {
        string[] parts = ["libmkl_core", "libmkl_intel_lp64"];
        if (parts.FirstOrDefault(part => Find(file, folders, part) is null) is { } missing)
        {
            throw Missing(missing);
        }

        if (Kernels.All(part => Find(file, folders, part) is null))
        {
            throw Missing(Kernels[0]);
        }

        int wanted = Find(file, folders, "libmkl_sequential") is not null ? Sequential
            : Find(file, folders, "libmkl_intel_thread") is not null && Find(file, folders, "libiomp5") is not null ? IntelThreads
            : throw Missing("libmkl_sequential");
        ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "MKL_Set_Interface_Layer"))(Lp64);
        int layer = ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "MKL_Set_Threading_Layer"))(wanted);
        setThreads = layer == Sequential
            ? null
            : (delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "MKL_Set_Num_Threads_Local");
        if (Environment.GetEnvironmentVariable("MKL_CBWR") is null)
        {
            // Before every other call that computes; refused, without harm, if somebody in the process was first.
            _ = ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "MKL_CBWR_Set"))(BestReproducible);
        }

        // "Intel(R) Math Kernel Library Version 2020.0.4 Product Build 20200917 for Intel(R) 64 architecture applications"
        const int Length = 256;
        byte* text = stackalloc byte[Length];
        new Span<byte>(text, Length).Clear();
        ((delegate* unmanaged<byte*, int, void>)NativeLibrary.GetExport(library, "MKL_Get_Version_String"))(text, Length - 1);
        string version = Marshal.PtrToStringUTF8((nint)text)!.Trim();
        const string Before = "Version ", After = " for ";
        int from = version.IndexOf(Before, StringComparison.Ordinal);
        return (from < 0 ? version : version[(from + Before.Length)..]).Split(After)[0].Trim();
    }

    // Beside libmkl_rt, or where the loader looks; of the same version, that is with the same end of the name, or without one.
    private static string? Find(string file, IReadOnlyCollection<string> folders, string part)
    {
        string target = new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file;
        string[] ends = [.. new[] { Path.GetFileName(file), Path.GetFileName(target) }.Select(
            name => name[Math.Max(0, name.IndexOf(".so", StringComparison.Ordinal))..]), ".so"];
        return new[] { Path.GetDirectoryName(file)!, Path.GetDirectoryName(target)! }
            .Concat(folders)
            .SelectMany(folder => ends.Select(end => Path.Combine(folder, part + end)))
            .FirstOrDefault(path => File.Exists(path) && ElfFile.Problem(path) is null);
    }

    private static UnusableException Missing(string part) =>
        new($"cannot work without {part}, which is not beside it nor where the loader looks, or was cut off");
}
