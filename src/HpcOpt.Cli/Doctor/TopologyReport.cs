using HpcOpt.Interop;

namespace HpcOpt.Cli.Doctor;

/// <summary>What the native part finds on the machine, in bytes and counts; 0 where the system does not tell, and null where there is no limit.</summary>
internal sealed record TopologyReport(
    int Cpus, int AllowedCpus, int Cores, int NumaNodes, long L1Bytes, long L2Bytes, long L3Bytes, double? CgroupCpus, ReservedPagesReport ReservedHugePages)
{
    public static TopologyReport? Read() => NativePart.Topology() is { } topology ? new(topology) : null;

    private TopologyReport(hpc_topology topology)
        : this(
            (int)topology.cpus,
            (int)topology.allowed_cpus,
            (int)topology.cores,
            (int)topology.numa_nodes,
            (long)topology.l1_bytes,
            (long)topology.l2_bytes,
            (long)topology.l3_bytes,
            topology.cpu_limit_thousandths > 0 ? topology.cpu_limit_thousandths / 1000.0 : null,
            new((long)topology.huge_page_bytes, (long)topology.huge_pages_reserved, (long)topology.huge_pages_free))
    {
    }

    public string Text() =>
        $"{Count(Cpus, "CPU")} on {Count(Cores, "core")}, {AllowedCpus} allowed by affinity{(CgroupCpus is { } quota ? $", {quota:0.###} by the control group" : "")}; "
        + $"data caches {string.Join(", ", new[] { L1Bytes, L2Bytes, L3Bytes }.Where(bytes => bytes > 0).Select(Size))}";

    public string NodesText() => NumaNodes > 1 ? $"{Count(NumaNodes, "node")}; Execution.Memory can interleave vectors over them" : "1 node";

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Size(long bytes) => bytes >= 1 << 20 ? $"{bytes >> 20} MiB" : $"{bytes >> 10} KiB";
}

/// <summary>Huge pages that the administrator reserved, of one size.</summary>
internal sealed record ReservedPagesReport(long PageBytes, long Total, long Free)
{
    public string Text() => Total > 0 ? $"{Free} free of {Total}, {PageBytes >> 20} MiB each" : "none";
}
