namespace HpcOpt.Cli.Doctor;

/// <summary>The rows of the text that tell of <see cref="MachineTopology"/>.</summary>
internal static class TopologyText
{
    public static string Text(this MachineTopology topology)
    {
        string quota = topology.CgroupCpus is { } cpus ? $", {cpus:0.###} by the control group" : "";
        long[] caches = [topology.L1Bytes, topology.L2Bytes, topology.L3Bytes];
        return $"{Count(topology.Cpus, "CPU")} on {Count(topology.Cores, "core")}, {topology.AllowedCpus} allowed by affinity{quota}; "
            + $"data caches {string.Join(", ", caches.Where(bytes => bytes > 0).Select(Size))}";
    }

    public static string NodesText(this MachineTopology topology) =>
        topology.NumaNodes > 1 ? $"{Count(topology.NumaNodes, "node")}; Execution.Memory can interleave vectors over them" : "1 node";

    public static string Text(this ReservedPages pages) =>
        pages.Total > 0 ? $"{pages.Free} free of {pages.Total}, {pages.PageBytes >> 20} MiB each" : "none";

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Size(long bytes) => bytes >= 1 << 20 ? $"{bytes >> 20} MiB" : $"{bytes >> 10} KiB";
}
