using System.Globalization;
using System.Text.Json;
using HpcOpt.Cli.Bench;
using HpcOpt.Cli.Commands;
using HpcOpt.Tests;

namespace HpcOpt.Benchmarks;

/// <summary>
/// A short form of <see cref="ShareTable"/> for every change: shares of the floor, which depend little on how busy a machine is, beside the
/// committed ones of the same kind of CPU. A fall of more than a quarter, twice in a row, is a failure.
/// </summary>
internal static class RatioGuard
{
    public const string FileName = "guard.json";
    private const double Tolerated = 0.75;
    private const int Placements = 2;
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(200);

    // What is steady on a shared machine. In cache: one thread and the second level. A step of 1,024 parameters is half overhead (0.68 to
    // 0.93 on Zen 5), and 4,096 of SGD fill the first level of Zen 3 (0.68 to 0.94). No division, whose share changed with the clock (0.6
    // to 0.9, AdamW on Zen 3). That no loop of a rule gets slower by a call is a law of the tests.
    private static readonly (string Rule, int Size)[] Cases =
    [
        ("sgd", 16 << 10), ("momentum", 16 << 10),
        ("sgd", 4 << 20), ("momentum", 4 << 20), ("adam+decay", 4 << 20), ("adamw", 4 << 20), ("lamb", 4 << 20),
    ];

    /// <summary>Measures, and keeps what was found as what is expected; more than the floor is chance.</summary>
    public static void Keep(string file) => File.WriteAllText(file, JsonSerializer.Serialize(
        new OrderedDictionary<string, double>(Cases.Select(one => KeyValuePair.Create(Key(one), Math.Round(Math.Min(1, Measure(one)), 3))),
            StringComparer.Ordinal), JsonReport.Format) + "\n");

    /// <summary>Prints the ratios, and fails where one fell.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string file, TextWriter output)
    {
        Dictionary<string, double> committed = File.Exists(file)
            ? JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(file))!
            : [];
        output.WriteLine(committed.Count > 0
            ? "Shares of the larger floor, now and committed:"
            : "Shares of the larger floor; none are committed for this CPU, so nothing can fall "
                + $"({file}; ./build.sh --target=Bench makes it):");
        (string, int)[] low = [.. Cases.Where(one => IsLow(one, again: false))];

        // Those that were low once more after all others: what disturbed them has had time to end.
        (string, int)[] lowAgain = [.. low.Where(one => IsLow(one, again: true))];
        return lowAgain.Length > 0 ? 1 : 0;

        bool IsLow((string, int) one, bool again)
        {
            double now = Measure(one), expected = committed.GetValueOrDefault(Key(one));
            bool isLow = now < Tolerated * expected;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {Key(one),-22} {now:F3}  "
                + $"{(expected > 0 ? $"{expected:F3}" : "-")}{(again ? "  again" : "")}{(isLow ? "  fell by more than a quarter" : "")}"));
            return isLow;
        }
    }

    // The better of two places in memory.
    private static double Measure((string Rule, int Size) one)
    {
        double best = 0;
        for (int placement = 0; placement < Placements; placement++)
        {
            using NativeVector<float> before = new(placement * 12_345);
            var execution = new Execution(threads: one.Size <= 16 << 10 ? 1 : Execution.Default.Threads);
            best = Math.Max(best, BenchRow.Measure(one.Rule,
                RuleTable.All.Single(line => line.Name == one.Rule).Create<float>(one.Size, execution), Budget).BoundRatio);
        }

        return best;
    }

    private static string Key((string Rule, int Size) one) => $"{one.Rule} {one.Size}";
}
