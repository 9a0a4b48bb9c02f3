using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace HpcOpt.Benchmarks;

/// <summary>What the figures depend on, and where they are kept.</summary>
internal static class Machine
{
    private const string Cache = "/sys/devices/system/cpu/cpu0/cache";
    private const string Governor = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
    private const string HugePages = "/sys/kernel/mm/transparent_hugepage/enabled";

    /// <summary><c>bench/results/&lt;CPU&gt;</c>. Clouds give many CPUs one name, so family and model follow it.</summary>
    public static string ResultsFolder()
    {
        string cpu = $"{CpuInfo("model name")} family {CpuInfo("cpu family")} model {CpuInfo("model")}";
        char[] name = [.. cpu.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')];
        string results = typeof(Machine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(data => data.Key == "Results").Value!;
        return Directory.CreateDirectory(
            Path.Combine(results, string.Join('-', new string(name).Split('-', StringSplitOptions.RemoveEmptyEntries)))).FullName;
    }

    /// <summary>The environment as a Markdown list.</summary>
    public static string Describe(Execution execution) =>
        $"""
        - CPU: {Cpu()}, {Environment.ProcessorCount} CPUs; caches of the first {string.Join(", ", Caches())}
        - {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}
        - Path {execution.Path}, {execution.Threads} threads by default ({execution.ThreadsReason})
        - Transparent huge pages: {Read(HugePages)}; NUMA nodes: {Read("/sys/devices/system/node/online")}; governor: {Read(Governor)}
        - Load average: {Read("/proc/loadavg").Split(' ')[0]} (above about 1, others were using the CPUs)
        - Date: {DateTime.UtcNow:yyyy-MM-dd}
        """;

    /// <summary>Data caches that a core can fill, smallest first.</summary>
    public static IEnumerable<(string Name, long Bytes)> CacheSizes() => Caches()
        .Select(cache => cache.Split(' '))
        .Where(parts => parts.Length == 2 && parts[1].EndsWith('K'))
        .Select(parts => (parts[0], long.Parse(parts[1][..^1], CultureInfo.InvariantCulture) * 1024));

    private static IEnumerable<string> Caches() =>
        Directory.Exists(Cache)
            ? Directory.GetDirectories(Cache, "index*").Order(StringComparer.Ordinal)
                .Where(index => Read($"{index}/type") != "Instruction")
                .Select(index => $"L{Read($"{index}/level")} {Read($"{index}/size")}")
            : ["unknown"];

    private static string Cpu() => $"{CpuInfo("model name")}, family {CpuInfo("cpu family")}, model {CpuInfo("model")}";

    private static string CpuInfo(string key) =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .Select(line => line.Split(':', 2)).FirstOrDefault(pair => pair[0].Trim() == key)?[1].Trim() ?? "unknown"
            : "unknown";

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : "unknown";
}
