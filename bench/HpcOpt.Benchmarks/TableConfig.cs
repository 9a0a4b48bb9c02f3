using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using HpcOpt.Tests;
using Perfolizer.Horology;

namespace HpcOpt.Benchmarks;

/// <summary>How BenchmarkDotNet measures the steps, and the columns that it cannot know.</summary>
internal static class TableConfig
{
    private const int Largest = 64 << 20;

    /// <summary>Short runs in this process, after tiered compilation; the largest size for AdamW alone: it takes gigabytes.</summary>
    public static IConfig Create() => ManualConfig.CreateMinimumViable()
        .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(10).WithIterationCount(9).WithIterationTime(
            TimeInterval.FromMilliseconds(50)))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddFilter(new SimpleFilter(benchmark => Parameters(benchmark) < Largest || Rule(benchmark) == "adamw"))
        .HideColumns("Type", "Method", "Error")
        .AddColumn(
            new Column("Precision", "Precision of parameters and state",
                (benchmark, _) => Size(benchmark) == sizeof(float) ? "f32" : "f64"),
            new Column("ns / 1,000", "Mean time for 1,000 parameters", (benchmark, ns) => $"{ns / Parameters(benchmark) * 1000:F1}"),
            new Column("GB/s", "Bytes that the rule must move (it reads θ, g and the state, and writes θ and the state) over mean time",
                (benchmark, ns) => $"{BytesPerParameter(benchmark) * Parameters(benchmark) / ns:F1}"));

    public static string Markdown(Summary summary)
    {
        var text = new AccumulationLogger();
        MarkdownExporter.GitHub.ExportToLog(summary, text);
        return text.GetLog();
    }

    private static double BytesPerParameter(BenchmarkCase benchmark)
    {
        using Optimizer<float> empty = RuleTable.All.Single(rule => rule.Name == Rule(benchmark)).Create<float>(0, Execution.Default);
        return empty.BytesPerParameter!.Value * Size(benchmark) / sizeof(float);
    }

    private static int Parameters(BenchmarkCase benchmark) => (int)benchmark.Parameters["Parameters"];

    private static string Rule(BenchmarkCase benchmark) => (string)benchmark.Parameters["Rule"];

    private static int Size(BenchmarkCase benchmark) =>
        benchmark.Descriptor.Type.GenericTypeArguments[0] == typeof(float) ? sizeof(float) : sizeof(double);

    private sealed class Column(string name, string legend, Func<BenchmarkCase, double, string> value) : IColumn
    {
        public string Id => ColumnName;

        public string ColumnName => name;

        public string Legend => legend;

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

        public bool IsAvailable(Summary summary) => true;

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
            summary[benchmarkCase]?.ResultStatistics is { } statistics ? value(benchmarkCase, statistics.Mean) : "-";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
    }
}
