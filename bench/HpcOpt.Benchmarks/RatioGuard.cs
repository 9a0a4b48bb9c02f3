using System.Globalization;
using System.Text.Json;
using HpcOpt.Cli.Bench;
using HpcOpt.Cli.Commands;
using HpcOpt.Tests;

namespace HpcOpt.Benchmarks;

/// <summary>
/// A short form of <see cref="ShareTable"/> for every change: shares of the floor, which hardly depend on how busy a machine is, beside the
/// committed ones of the same kind of CPU. A fall of more than a quarter, twice in a row, is a failure.
/// </summary>
internal static class RatioGuard
{
    public const string FileName = "guard.json";
    private const double Tolerated = 0.75;
    private static readonly string[] Rules = ["sgd", "momentum", "adam+decay", "adamw", "lamb"];
    private static readonly int[] Sizes = [1 << 10, 16 << 10, 4 << 20];
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(300);

    /// <summary>Keeps the figures of the guard's rows out of a whole table.</summary>
    public static void Keep(string file, IEnumerable<BenchRow> rows) => File.WriteAllText(file, JsonSerializer.Serialize(
        new OrderedDictionary<string, double>(
            from row in rows
            where row.Precision == "f32" && row.Path == Execution.Default.Path.Name && Rules.Contains(row.Optimizer) && Sizes.Contains((int)row.Params) && row.Threads == Threads((int)row.Params)
            select KeyValuePair.Create(Key(row.Optimizer, (int)row.Params), Math.Round(row.BoundRatio, 3)),
            StringComparer.Ordinal),
        JsonReport.Format) + "\n");

    /// <summary>Prints the ratios, and fails where one fell.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string file, TextWriter output)
    {
        Dictionary<string, double> committed = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(file))! : [];
        output.WriteLine(committed.Count > 0
            ? "Shares of the larger floor, now and committed:"
            : $"Shares of the larger floor; none are committed for this CPU, so nothing can fall ({file}; ./build.sh --target=Bench makes it):");
        bool fell = false;
        foreach (int size in Sizes)
        {
            foreach (string rule in Rules)
            {
                double now = Measure(rule, size);
                double expected = committed.GetValueOrDefault(Key(rule, size));
                bool isLow = now < Tolerated * expected;
                double again = isLow ? Measure(rule, size) : now;
                bool isLowAgain = again < Tolerated * expected;
                fell |= isLowAgain;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {Key(rule, size),-22} {now:F3}  {(expected > 0 ? $"{expected:F3}" : "-")}{(isLow ? $"  again {again:F3}" : "")}{(isLowAgain ? "  FELL by more than a quarter" : "")}"));
            }
        }

        return fell ? 1 : 0;
    }

    private static double Measure(string rule, int size) =>
        BenchRow.Measure(rule, RuleTable.All.Single(line => line.Name == rule).Create<float>(size, new Execution(threads: Threads(size))), Budget).BoundRatio;

    // One thread in cache: how fast another takes over is the machine's affair, and the neighbours'.
    private static int Threads(int size) => size <= 16 << 10 ? 1 : Execution.Default.Threads;

    private static string Key(string rule, int size) => $"{rule} {size}";
}
