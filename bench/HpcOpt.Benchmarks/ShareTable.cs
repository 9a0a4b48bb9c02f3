using System.Globalization;
using System.Numerics;
using HpcOpt.Cli.Bench;
using HpcOpt.Tests;

namespace HpcOpt.Benchmarks;

/// <summary>
/// Every line of the rule table, in every precision and at sizes from the first-level cache to memory, beside its floors; AdamW on every
/// path. What joins the rule table is here by itself.
/// </summary>
internal static class ShareTable
{
    /// <summary>Sizes in parameters; the largest one is for AdamW alone, where memory allows it.</summary>
    public static readonly int[] Sizes = [64, 1 << 10, 16 << 10, 256 << 10, 4 << 20, 64 << 20, 1 << 30];

    private const int Large = 64 << 20;
    private const string Everywhere = "adamw";
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(300);

    public static List<BenchRow> Measure(Func<int, bool> isAsked, Action<BenchRow> report)
    {
        List<BenchRow> rows = [];
        int most = Execution.Default.Threads;
        foreach (int size in Sizes.Where(isAsked))
        {
            foreach (RuleCase rule in RuleTable.All.Where(rule => size <= Large || rule.Name == Everywhere))
            {
                // One thread where a step would not use more, and beside the others where the sharing shows.
                foreach (int threads in size <= 1 << 10
                    ? [1]
                    : (rule.Name == Everywhere || size == 16 << 10) && most > 1 ? [1, most] : (int[])[most])
                {
                    Add<float>(rule, size, new Execution(threads: threads));
                }

                Add<double>(rule, size, new Execution(threads: size <= 1 << 10 ? 1 : most));
                if (size is (16 << 10) or Large)
                {
                    AddStored(rule, size, StateFormat.BFloat16, NumberFormat.Single);
                    AddStored(rule, size, StateFormat.Float8, NumberFormat.Single);
                    AddStored(rule, size, StateFormat.BFloat16, NumberFormat.BFloat16);
                }

                foreach (ExecutionPath path in ExecutionPath.Supported.Where(
                    path => rule.Name == Everywhere && path != Execution.Default.Path && size < Large))
                {
                    Add<float>(rule, size, new Execution(path, size <= 1 << 10 ? 1 : most));
                }
            }
        }

        return rows;

        void AddStored(RuleCase rule, int size, StateFormat state, NumberFormat others)
        {
            rows.Add(BenchRow.Measure(rule.Name,
                new StoredMemory(rule.Create<float>(size, Execution.Default, new Storage { State = state }), others, others), Budget));
            report(rows[^1]);
        }

        void Add<T>(RuleCase rule, int size, Execution execution)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using (Optimizer<T> empty = rule.Create<T>(0, execution))
            {
                long bytes = (2L + empty.State.Count) * size * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
                if (bytes > 0.8 * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
                {
                    return;
                }
            }

            rows.Add(BenchRow.Measure(rule.Name, rule.Create<T>(size, execution), Budget));
            report(rows[^1]);
        }
    }

    /// <summary>One line of text for a row.</summary>
    public static string Line(BenchRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Optimizer,-26} {row.Precision,-4} {row.State,-4} {row.Params,13:N0} {row.Path,-9} {row.Threads} thread(s)  "
        + $"{row.NsPerKiloParam,8:F1} ns/1,000  {row.BoundRatio:F3} of {row.BoundBy}");

    public static string Markdown(IEnumerable<BenchRow> rows, double triad) => MarkdownTable.Of(
        ["optimizer", "parameters and gradient", "state", "parameters", "path", "threads", "ns / 1,000", "GB/s", "of triad",
            "of byte floor", "of larger floor: median (quartiles)", "bound by"],
        rows.Select(row => (string[])
        [
            row.Optimizer, row.Precision, row.State, Text($"{row.Params:N0}"), row.Path, Text($"{row.Threads}"),
            Text($"{row.NsPerKiloParam:F1}"), Text($"{row.GbPerSecond:F1}"),
            Text($"{row.GbPerSecond / triad:F2}"), Text($"{row.FloorRatio:F3}"),
            Text($"{row.BoundRatio:F3} ({row.BoundRatioLower:F3}-{row.BoundRatioUpper:F3})"), row.BoundBy,
        ]));

    public static string Csv(IEnumerable<BenchRow> rows) => string.Concat(
        rows.Select(row =>
            Text($"{row.Optimizer},{row.Precision},{row.State},{row.Params},{row.Path},{row.Threads},{row.NsPerKiloParam:R},")
            + Text($"{row.GbPerSecond:R},{row.FloorRatio:R},{row.BoundBy},")
            + Text($"{row.BoundRatio:R},{row.BoundRatioLower:R},{row.BoundRatioUpper:R}\n"))
            .Prepend(
                "optimizer,precision,state,params,path,threads,nsPerKiloParam,gbPerSecond,floorRatio,boundBy,"
                + "boundRatio,boundRatioLower,boundRatioUpper\n"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
