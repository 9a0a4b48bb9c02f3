using System.CommandLine;
using HpcOpt.Cli.Commands;

namespace HpcOpt.Cli.Doctor;

/// <summary><c>hpcopt doctor</c>: what this machine offers, what is used, and what is missing.</summary>
internal sealed class DoctorCommand : Verb
{
    private const string NeedsNative = "unknown: the native part would tell";

    private readonly Option<string?> _json = JsonReport.Option();

    public DoctorCommand()
        : base("doctor", "Shows what this machine offers and what is used: paths, threads and why that many, BLAS, native part, topology, "
            + "huge pages, limits; what is missing and how to get it.", """
            HPCOPT_NUM_THREADS=8 hpcopt doctor
            """)
    {
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        Execution execution = ExecutionOptions.Create(path: null, threads: null);
        MachineReport machine = MachineReport.Of(execution, BlasReport.Of(BlasOption.Create(execution)));
        using JsonReport report = JsonReport.Create(result, _json);
        report.Write(machine);
        if (!report.TakesOutput)
        {
            Screen.On(result.InvocationConfiguration.Output).WriteRows([.. Rows(machine)]);
        }

        return ExitCode.Done;
    }

    private static IEnumerable<(string Name, string Value)> Rows(MachineReport machine)
    {
        foreach (PathReport path in machine.Paths)
        {
            yield return ($"path {path.Name}", path.Name == machine.SelectedPath ? $"{path.Why}; selected" : path.Why);
        }

        yield return ("threads", $"{machine.Threads} ({machine.ThreadsReason})");
        yield return ("FMA", machine.Fma ? "in hardware" : "in software: the same bits, but slow");
        foreach ((string, string) row in machine.Blas!.Rows())
        {
            yield return row;
        }

        yield return ("native part", machine.Native ?? "none: everything runs in managed code");
        yield return ("MPI", "none: this version does not use it");
        yield return ("huge pages", HugePagesText(machine.HugePages));
        yield return ("reserved huge pages", machine.Topology?.ReservedHugePages.Text() ?? NeedsNative);
        yield return ("topology", machine.Topology?.Text() ?? NeedsNative);
        yield return ("NUMA", machine.Topology?.NodesText() ?? NeedsNative);
        yield return ("memory", $"{Size(machine.Limits.MemoryTotalBytes)}, {Size(machine.Limits.MemoryAvailableBytes)} available");
        yield return ("control group's limit", machine.Limits.CgroupMemoryBytes is { } limit ? Size(limit) : "none");
        yield return ("locked memory", $"{machine.Limits.LockedMemory} (RLIMIT_MEMLOCK)");
        yield return ("CPU", machine.Cpu);
        yield return ("system", $"{machine.Os}, {machine.Dotnet}");
        foreach (MissingReport missing in machine.Missing)
        {
            yield return ("missing", $"{missing.What}: {missing.Consequence}. {missing.Remedy}");
        }

        static string Size(long? bytes) => bytes is { } known ? $"{known / (double)(1 << 30):F1} GiB" : "unknown";
    }

    private static string HugePagesText(HugePagesReport pages) => pages switch
    {
        { Mode: null } => "unknown to this system",
        { ForLargeVectors: true } => $"{pages.Mode}: vectors from 2 MiB on get them",
        _ => $"{pages.Mode}: no vector gets them",
    };
}
