using System.Globalization;
using System.Numerics;

namespace HpcOpt.Engine;

/// <summary>How many threads to use, and why.</summary>
internal readonly record struct ThreadCount(int Count, string Reason)
{
    // In this order; the first that is set decides.
    private static readonly string[] Variables = ["HPCOPT_NUM_THREADS", "OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"];

    public static ThreadCount Choose(int? requested) =>
        Choose(requested, Environment.GetEnvironmentVariable, Affinity(), Environment.ProcessorCount);

    internal static ThreadCount Choose(int? requested, Func<string, string?> variable, int affinity, int processors)
    {
        if (requested is int option)
        {
            return option >= 1
                ? Limit(option, "option", affinity)
                : throw new ArgumentOutOfRangeException(nameof(requested), option, "The number of threads must be at least 1.");
        }

        foreach (string name in Variables)
        {
            if (variable(name) is { Length: > 0 } text)
            {
                // OMP_NUM_THREADS may list one count for each nesting level; the outermost counts.
                string first = text.Split(',')[0].Trim();
                return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1
                    ? Limit(count, name, affinity)
                    : throw new InvalidOperationException($"{name} is '{text}'; expected a whole number from 1. Correct it or unset it.");
            }
        }

        return processors < affinity
            ? new(processors, $"cgroup limit of {Cpus(processors)}")
            : new(affinity, $"affinity to {Cpus(affinity)}");
    }

    private static ThreadCount Limit(int count, string origin, int affinity) =>
        count <= affinity ? new(count, origin) : new(affinity, $"{origin} asks for {count}, limited by affinity to {Cpus(affinity)}");

    private static string Cpus(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} CPU{(count == 1 ? "" : "s")}");

    /// <summary>The CPUs that this process may run on.</summary>
    private static int Affinity()
    {
        const string Status = "/proc/self/status";
        const string Key = "Cpus_allowed:";
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal)) : null;

        // A mask as hexadecimal words divided by commas, for example "ff,ffffffff".
        int allowed = line is null ? 0 : line[Key.Length..].Where(char.IsAsciiHexDigit).Sum(
            digit => BitOperations.PopCount((uint)Convert.ToInt32(digit.ToString(), 16)));
        return allowed > 0 ? allowed : Environment.ProcessorCount;
    }
}
