using HpcOpt.Interop;

namespace HpcOpt;

/// <summary>
/// What the native part finds on the machine, in bytes and counts; 0 where the system does not tell.
/// <see cref="NativePart.ReadTopology"/> reads it.
/// </summary>
/// <param name="Cpus">Hardware threads that are online.</param>
/// <param name="AllowedCpus">Those that affinity leaves to the calling thread.</param>
/// <param name="Cores">Cores that are online.</param>
/// <param name="NumaNodes">NUMA nodes that are online.</param>
/// <param name="L1Bytes">Data cache of the first level, of the first CPU.</param>
/// <param name="L2Bytes">Cache of the second level.</param>
/// <param name="L3Bytes">Cache of the third level.</param>
/// <param name="CgroupCpus">The smallest CPU quota of the control groups that hold this process; null where there is none.</param>
/// <param name="ReservedHugePages">The pool of huge pages.</param>
public sealed record MachineTopology(
    int Cpus, int AllowedCpus, int Cores, int NumaNodes, long L1Bytes, long L2Bytes, long L3Bytes,
    double? CgroupCpus, ReservedPages ReservedHugePages)
{
    internal static MachineTopology Of(in hpc_topology topology) => new(
        (int)topology.cpus,
        (int)topology.allowed_cpus,
        (int)topology.cores,
        (int)topology.numa_nodes,
        (long)topology.l1_bytes,
        (long)topology.l2_bytes,
        (long)topology.l3_bytes,
        topology.cpu_limit_thousandths > 0 ? topology.cpu_limit_thousandths / 1000.0 : null,
        new((long)topology.huge_page_bytes, (long)topology.huge_pages_reserved, (long)topology.huge_pages_free));
}

/// <summary>Huge pages that the administrator reserved, of one size.</summary>
/// <param name="PageBytes">Bytes of a page.</param>
/// <param name="Total">Pages in the pool.</param>
/// <param name="Free">Those in no use.</param>
public sealed record ReservedPages(long PageBytes, long Total, long Free);
