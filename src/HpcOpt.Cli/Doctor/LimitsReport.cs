using System.Globalization;

namespace HpcOpt.Cli.Doctor;

/// <summary>How much memory there is, and may be used; null where the system does not tell, or sets no limit.</summary>
internal sealed record LimitsReport(long? MemoryTotalBytes, long? MemoryAvailableBytes, long? CgroupMemoryBytes, string LockedMemory)
{
    // Version 1 of control groups says "no limit" by a number near 2^63.
    private const long NoLimit = 1L << 60;

    public static LimitsReport Read() => new(MemInfo("MemTotal:"), MemInfo("MemAvailable:"), Cgroup(), Locked());

    private static long? MemInfo(string key) =>
        SystemFile.Lines("/proc/meminfo").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) is { } line
        && Number(line[key.Length..].Replace("kB", "", StringComparison.Ordinal)) is { } kibibytes
            ? kibibytes * 1024
            : null;

    // The smallest limit from this process's group up to the root; lines of /proc/self/cgroup are "number:controllers:path".
    private static long? Cgroup()
    {
        long? smallest = null;
        foreach (string[] group in SystemFile.Lines("/proc/self/cgroup").Select(line => line.Split(':', 3))
            .Where(parts => parts.Length == 3))
        {
            (string root, string file) = group[1] switch
            {
                "" => ("/sys/fs/cgroup", "memory.max"),
                "memory" => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
                _ => ("", ""),
            };
            for (string? folder = group[2]; root.Length > 0 && folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (SystemFile.Lines($"{root}{folder}/{file}").FirstOrDefault() is { } text
                    && Number(text) is { } bytes && bytes < (smallest ?? NoLimit))
                {
                    smallest = bytes;
                }
            }
        }

        return smallest;
    }

    // "Max locked memory  8388608  8388608  bytes": soft, hard, unit.
    private static string Locked()
    {
        const string Key = "Max locked memory";
        string? line = SystemFile.Lines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
        string soft = line?[Key.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0] ?? "unknown";
        return Number(soft) is { } bytes ? $"{bytes / 1024} KiB" : soft;
    }

    private static long? Number(string text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}

/// <summary>Transparent huge pages: the kernel's mode, and whether vectors from 2 MiB on, which ask for them, get them.</summary>
internal sealed record HugePagesReport(string? Mode, bool ForLargeVectors)
{
    public const string File = "/sys/kernel/mm/transparent_hugepage/enabled";

    // The chosen word stands in brackets: "always [madvise] never".
    public static HugePagesReport Read()
    {
        string? mode = SystemFile.Lines(File).FirstOrDefault()?.Split('[', ']').ElementAtOrDefault(1);
        return new(mode, mode is "always" or "madvise");
    }
}

internal static class SystemFile
{
    /// <summary>The lines of a file of the kernel's; none where it is missing or closed to this user.</summary>
    public static string[] Lines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
