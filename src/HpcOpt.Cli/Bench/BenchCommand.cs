using System.CommandLine;
using System.Globalization;
using System.Numerics;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Train;
using Spectre.Console;

namespace HpcOpt.Cli.Bench;

/// <summary><c>hpcopt bench</c>: how fast steps are on this machine, beside what they cannot beat.</summary>
internal sealed class BenchCommand : Verb
{
    private const string DefaultOptimizer = "adamw";
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);

    private readonly Option<long?> _params = ParsedOption.Create<long?>(
        "--params", "N", "Parameters [default: 4194304]", $"a whole number from 1 to {long.MaxValue}", TryCount);

    private readonly Option<string?> _optimizer = new("--optimizer") { HelpName = "NAME", Description = $"{string.Join(", ", OptimizerCatalog.Sweeps.Keys)}, or {ModelOptions.AllOptimizers} [default: {DefaultOptimizer}]" };
    private readonly Option<string?> _precision = ParsedOption.Choice("--precision", "Of parameters, gradient and state [default: f32]", "f32", "f64");
    private readonly ExecutionOptions _execution = new();
    private readonly Option<string?> _json = JsonReport.Option();

    public BenchCommand()
        : base("bench", """
            Times steps of optimizers in turn with two floors on the same memory, path and threads: the loads and stores of the step without its mathematics, and its divisions and square
            roots without memory. The share of the larger floor says how much this machine has left to give: 1.00 is nothing.
            """, """
            hpcopt bench --optimizer all
            hpcopt bench --params 268435456 --threads 2 --json bench.json
            """)
    {
        Add(_params);
        Add(_optimizer);
        Add(_precision);
        _execution.AddTo(this);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        string name = result.GetValue(_optimizer) ?? DefaultOptimizer;
        RuleType[] types = name.Equals(ModelOptions.AllOptimizers, StringComparison.OrdinalIgnoreCase)
            ? [.. OptimizerCatalog.Sweeps.Values]
            : [OptimizerCatalog.Find(OptimizerCatalog.Sweeps, name, ModelOptions.AllOptimizers)];
        long length = result.GetValue(_params) ?? 4 << 20;
        bool single = result.GetValue(_precision) != "f64";
        Execution execution = _execution.Create(result);
        CheckMemory(types, length, single ? sizeof(float) : sizeof(double));
        using JsonReport report = JsonReport.Create(result, _json);
        IAnsiConsole screen = Screen.On(report.TakesOutput ? result.InvocationConfiguration.Error : result.InvocationConfiguration.Output);

        double bandwidth = Triad.GigabytesPerSecond(execution);
        List<BenchRow> rows = [];
        foreach (RuleType type in types)
        {
            rows.Add(single ? Measure<float>(type) : Measure<double>(type));
            if (types.Length > 1)
            {
                screen.WriteLine($"{rows.Count,2}/{types.Length}  {type.Name}");
            }
        }

        foreach (string line in TextTable.Lines(
            ["optimizer", "parameters", "ns/1,000", "GB/s", "of triad", "of byte floor", "of larger floor", "bound by"], rows.Select(row => Cells(row, bandwidth))))
        {
            screen.WriteLine(line);
        }

        screen.WriteLine(Text($"{execution.Path}, {execution.Threads} threads at most ({execution.ThreadsReason}); memory moves {bandwidth:F1} GB/s (triad)"));
        report.Write(new { triadGbPerSecond = bandwidth, rows });
        return ExitCode.Done;

        BenchRow Measure<T>(RuleType type)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => BenchRow.Measure(type.Name, type.Create().CreateSweep<T>((nint)length, execution), Budget);
    }

    // More than there is would be killed by the system, without a word.
    private static void CheckMemory(RuleType[] types, long length, int size)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        foreach (RuleType type in types)
        {
            int vectors = 2 + type.Create().State.Length;
            if (length > available / size / vectors)
            {
                throw new CliException(ExitCode.Usage, Text($"--params is {length}: {type.Name} needs {vectors} vectors of {size} bytes a parameter, and this machine has {available / 1e9:F1} GB; give at most {available / size / vectors}."));
            }
        }
    }

    private static string[] Cells(BenchRow row, double bandwidth) =>
    [
        row.Optimizer,
        Text($"{row.Params:N0}"),
        Text($"{row.NsPerKiloParam:F1}"),
        Text($"{row.GbPerSecond:F1}"),
        Text($"{row.GbPerSecond / bandwidth:F2}"),
        Text($"{row.FloorRatio:F2}"),
        Text($"{row.BoundRatio:F2} ({row.BoundRatioLower:F2}-{row.BoundRatioUpper:F2})"),
        row.BoundBy,
    ];

    private static bool TryCount(string text, out long? count)
    {
        bool read = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        count = number;
        return read && number >= 1;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
