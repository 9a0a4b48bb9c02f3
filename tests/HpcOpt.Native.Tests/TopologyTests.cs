using HpcOpt.Interop;

namespace HpcOpt.Native.Tests;

/// <summary>The record against what the system's own tools say.</summary>
public unsafe class TopologyTests
{
    private static hpc_topology Read()
    {
        Assert.NotEmpty(TheLibrary.File);
        return NativePart.Topology()!.Value;
    }

    [Fact]
    public void CPUs_cores_and_nodes_are_those_of_lscpu()
    {
        hpc_topology topology = Read();
        string[][] rows = [.. Command.Lines("util-linux", "lscpu",
            "--parse=CPU,CORE,SOCKET,NODE").Where(line => line[0] != '#').Select(line => line.Split(','))];
        Assert.Equal(rows.Length, (int)topology.cpus);
        Assert.Equal(rows.Select(row => (row[1], row[2])).Distinct().Count(), (int)topology.cores);
        Assert.Equal(rows.Select(row => row[3]).Distinct().Count(), (int)topology.numa_nodes);
        Assert.Equal(int.Parse(Command.Run("coreutils", "nproc", "--all")), (int)topology.cpus);
    }

    [Fact]
    public void Caches_are_those_of_lscpu()
    {
        hpc_topology topology = Read();
        Dictionary<string, ulong> caches = Command.Lines("util-linux", "lscpu", "--bytes", "--caches=NAME,ONE-SIZE").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(
                parts => parts[0], parts => ulong.Parse(parts[1]));
        Assert.Equal(caches.GetValueOrDefault("L1d"), topology.l1_bytes);
        Assert.Equal(caches.GetValueOrDefault("L2"), topology.l2_bytes);
        Assert.Equal(caches.GetValueOrDefault("L3"), topology.l3_bytes);
    }

    [Fact]
    public void Memory_and_huge_pages_are_those_of_meminfo()
    {
        hpc_topology topology = Read();
        Dictionary<string, ulong> memory = File.ReadLines("/proc/meminfo").Select(
            line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(parts => parts[0], parts => ulong.Parse(parts[1]));
        Assert.Equal(memory["MemTotal:"] << 10, topology.memory_bytes);
        Assert.Equal(memory["Hugepagesize:"] << 10, topology.huge_page_bytes);
        Assert.Equal(memory["HugePages_Total:"], topology.huge_pages_reserved);
        Assert.Equal(memory["HugePages_Free:"], topology.huge_pages_free);
    }

    [Fact]
    public void The_allowed_CPUs_are_those_of_the_calling_thread()
    {
        uint before = Read().allowed_cpus, pinned = 0;
        InThread.Run(() =>
        {
            using ThreadPin pin = new(InThread.AllowedCpus()[0]);
            pinned = Read().allowed_cpus;
        });
        Assert.Equal((InThread.AllowedCpus().Length, 1), ((int)before, (int)pinned));
    }

    [Fact]
    public void Limits_are_the_smallest_of_the_control_groups()
    {
        hpc_topology topology = Read();
        Assert.Equal(Smallest(Limits("memory", "memory.max", "memory.limit_in_bytes", _ => 1)), topology.memory_limit_bytes);
        Assert.Equal(
            Smallest(Limits("cpu", "cpu.max", "cpu.cfs_quota_us", file => file.EndsWith("cpu.max")
                ? decimal.Parse(File.ReadAllText(file).Split(' ')[1]) / 1000
                : decimal.Parse(File.ReadAllText(file.Replace("quota", "period"))) / 1000)),
            topology.cpu_limit_thousandths);
    }

    private static ulong Smallest(IEnumerable<decimal> limits) => (ulong)limits.DefaultIfEmpty().Min();

    // Every limit from this process's group up to the root, in a unit.
    private static IEnumerable<decimal> Limits(string controller, string file2, string file1, Func<string, decimal> unit)
    {
        foreach (string[] group in File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)))
        {
            bool is2 = group[1] == "";
            if (!is2 && !group[1].Split(',').Contains(controller))
                continue;
            string root = is2 ? "/sys/fs/cgroup" : $"/sys/fs/cgroup/{controller}";
            for (string? folder = group[2]; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                string file = $"{root}{folder}/{(is2 ? file2 : file1)}";
                if (File.Exists(file) && ulong.TryParse(File.ReadAllText(file).Split(' ')[0], out ulong limit) && limit < 1UL << 60)
                    yield return limit / unit(file);
            }
        }
    }
}
