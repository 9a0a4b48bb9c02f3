using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;

namespace HpcOpt.Cli.Doctor;

/// <summary>What <c>doctor</c> reports. The names are the JSON's, which is stable: properties may join, none changes.</summary>
internal sealed record MachineReport(
    IReadOnlyList<PathReport> Paths,
    string SelectedPath,
    int Threads,
    string ThreadsReason,
    BlasReport? Blas,
    string? Native,
    string? Mpi,
    HugePagesReport HugePages,
    MachineTopology? Topology,
    bool Fma,
    LimitsReport Limits,
    string Cpu,
    string Os,
    string Dotnet,
    IReadOnlyList<MissingReport> Missing)
{
    public static MachineReport Of(Execution execution, BlasReport? blas = null)
    {
        bool fma = System.Runtime.Intrinsics.X86.Fma.IsSupported || AdvSimd.IsSupported;
        HugePagesReport hugePages = HugePagesReport.Read();
        return new(
            [.. ExecutionPath.All.Select(PathReport.Of)],
            execution.Path.Name,
            execution.Threads,
            execution.ThreadsReason,
            blas,
            NativePart.IsAvailable ? $"{NativePart.Version}, {NativePart.File}" : null,
            Mpi: null,
            hugePages,
            NativePart.ReadTopology(),
            fma,
            LimitsReport.Read(),
            CpuName(),
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            [.. MissingFrom(execution, fma, hugePages)]);
    }

    private static IEnumerable<MissingReport> MissingFrom(Execution execution, bool fma, HugePagesReport hugePages)
    {
        // A path is worth a word only if a faster CPU feature was switched off, which the CPU's own list of features tells.
        foreach ((string path, string flag, string variable) in new[] { ("avx512", "avx512f", "DOTNET_EnableAVX512"),
            ("avx2", "avx2", "DOTNET_EnableAVX2") })
        {
            if (!ExecutionPath.All.Single(known => known.Name == path).IsSupported && Flags().Contains(flag, StringComparer.Ordinal))
            {
                yield return new(
                    $"path {path}", "the CPU has it, the run-time does not use it", $"Unset {variable} and DOTNET_EnableHWIntrinsic.");
            }
        }

        if (execution.Path != ExecutionPath.Supported[0])
        {
            yield return new(
                "the fastest path", $"HPCOPT_PATH selects {execution.Path}", $"Unset HPCOPT_PATH to use {ExecutionPath.Supported[0]}.");
        }

        if (!fma)
        {
            yield return new("FMA in hardware", "an update is some ten times slower, with the same bits",
                "Use a CPU that has it (x86-64-v3 or ARMv8), or stop switching it off (DOTNET_EnableAVX2, DOTNET_EnableHWIntrinsic).");
        }

        if (!NativePart.IsAvailable)
        {
            yield return new("the native part", "vectors cannot be interleaved over NUMA nodes nor lie in reserved huge pages, "
                + "and no thread can be pinned", NativePart.Error!);
        }

        if (hugePages is { Mode: not null, ForLargeVectors: false })
        {
            yield return new("huge pages", "large vectors cost more page faults and address translations",
                $"As root: echo madvise > {HugePagesReport.File}");
        }
    }

    private static string CpuName() => CpuInfo("model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string[] Flags() => CpuInfo("flags")?.Split(' ') ?? [];

    private static string? CpuInfo(string key) => SystemFile.Lines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim();
}

internal sealed record PathReport(string Name, bool Supported, string Why)
{
    public static PathReport Of(ExecutionPath path) => new(
        path.Name, path.IsSupported, path.IsSupported ? $"supported: needs {path.Requires}"
            : $"not supported: needs {path.Requires}, which the CPU or the run-time lacks");
}

internal sealed record MissingReport(string What, string Consequence, string Remedy);
