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
    private static readonly Dictionary<string, NumberFormat> ParameterFormats =
        Named(NumberFormat.Single, NumberFormat.Double, NumberFormat.BFloat16, NumberFormat.Split);
    private static readonly Dictionary<string, NumberFormat> GradientFormats =
        Named(NumberFormat.Single, NumberFormat.Double, NumberFormat.BFloat16, NumberFormat.Half);
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);

    private readonly Option<long?> _params = ParsedOption.Create<long?>(
        "--params", "N", "Parameters [default: 4194304]", $"a whole number from 1 to {long.MaxValue}", TryCount);

    private readonly Option<string?> _optimizer = new("--optimizer")
    {
        HelpName = "NAME",
        Description = $"{string.Join(", ", KnownOptimizers.Sweeps.Names)}, or {OptimizerSettings.All} [default: {DefaultOptimizer}]",
    };

    private readonly Option<string?> _precision = ParsedOption.Choice("--precision", "Of the arithmetic [default: f32]", "f32", "f64");
    private readonly StorageOptions _storage = new();
    private readonly Option<string?> _parameters = ParsedOption.Choice("--parameters",
        "Format of the parameters, bf16+16 for an f32 in two halves [default: that of --precision]", [.. ParameterFormats.Keys]);
    private readonly Option<string?> _gradients =
        ParsedOption.Choice("--gradients", "Format of the gradient [default: that of --precision]", [.. GradientFormats.Keys]);
    private readonly ExecutionOptions _execution = new();
    private readonly Option<string?> _json = JsonReport.Option();

    public BenchCommand()
        : base("bench", "Times steps of optimizers in turn with two floors on the same memory, path and threads: the loads and stores of "
            + "the step without its mathematics, and its divisions and square\n"
            + "roots without memory. The share of the larger floor says how much this machine has left to give: 1.00 is nothing.", """
            hpcopt bench --optimizer all
            hpcopt bench --params 268435456 --threads 2 --json bench.json
            hpcopt bench --state fp8 --parameters bf16 --gradients bf16
            """)
    {
        Add(_params);
        Add(_optimizer);
        Add(_precision);
        _storage.AddTo(this);
        Add(_parameters);
        Add(_gradients);
        _execution.AddTo(this);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        string name = result.GetValue(_optimizer) ?? DefaultOptimizer;
        OptimizerDescription[] types = name.Equals(OptimizerSettings.All, StringComparison.OrdinalIgnoreCase)
            ? [.. KnownOptimizers.Sweeps.Optimizers]
            : [KnownOptimizers.Find(KnownOptimizers.Sweeps, name, OptimizerSettings.All)];
        long length = result.GetValue(_params) ?? 4 << 20;
        string precision = result.GetValue(_precision) ?? "f32";
        Storage storage = _storage.Create(result, precision);
        (NumberFormat parameters, NumberFormat gradient) = (Format(_parameters, ParameterFormats), Format(_gradients, GradientFormats));
        Execution execution = _execution.Create(result);
        CheckMemory(types, length, precision, storage, parameters, gradient);
        using JsonReport report = JsonReport.Create(result, _json);
        IAnsiConsole screen = Screen.On(report.TakesOutput ? result.InvocationConfiguration.Error : result.InvocationConfiguration.Output);

        double bandwidth = Triad.GigabytesPerSecond(execution);
        List<BenchRow> rows = [];
        foreach (OptimizerDescription type in types)
        {
            rows.Add(precision == "f64" ? BenchRow.Measure(type.Name, Create<double>(type), Budget)
                : storage.State == StateFormat.Full && (parameters, gradient) == (NumberFormat.Single, NumberFormat.Single)
                    ? BenchRow.Measure(type.Name, Create<float>(type), Budget)
                : BenchRow.Measure(type.Name, new StoredMemory(Create<float>(type), parameters, gradient), Budget));
            if (types.Length > 1)
            {
                screen.WriteLine($"{rows.Count,2}/{types.Length}  {type.Name}");
            }
        }

        foreach (string line in TextTable.Lines(
            ["optimizer", "parameters", "formats", "ns/1,000", "GB/s", "of triad", "of byte floor", "of larger floor", "bound by"],
            rows.Select(row => Cells(row, bandwidth))))
        {
            screen.WriteLine(line);
        }

        string memory = Text($"memory moves {bandwidth:F1} GB/s (triad)");
        screen.WriteLine(Text($"{execution.Path}, {execution.Threads} threads at most ({execution.ThreadsReason}); {memory}"));
        report.Write(new { triadGbPerSecond = bandwidth, rows });
        return ExitCode.Done;

        Optimizer<T> Create<T>(OptimizerDescription type)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => type.Create().CreateOptimizer<T>((nint)length, execution, storage);

        NumberFormat Format(Option<string?> option, Dictionary<string, NumberFormat> formats)
        {
            string word = result.GetValue(option) ?? precision;
            if (word == precision || (precision == "f32" && word != "f64"))
            {
                return formats[word];
            }

            string expected = precision == "f64"
                ? "f64, or --precision f32"
                : $"{string.Join(", ", formats.Keys.Where(other => other != "f64"))}, or --precision f64";
            throw new CliException(ExitCode.Usage, $"{option.Name} is {word} with --precision {precision}; expected {expected}.");
        }
    }

    // More than there is would be killed by the system, without a word.
    private static void CheckMemory(
        OptimizerDescription[] types, long length, string precision, Storage storage, NumberFormat parameters, NumberFormat gradient)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        foreach (OptimizerDescription type in types)
        {
            using IDisposable empty = precision == "f64"
                ? type.Create().CreateOptimizer<double>(0)
                : type.Create().CreateOptimizer<float>(0, storage: storage);
            IReadOnlyList<StateView> state = empty is Optimizer<float> single ? single.State : ((Optimizer<double>)empty).State;
            double bytes = parameters.BytesMoved() + gradient.BytesMoved() + state.Sum(vector => vector.Format.BytesMoved());
            if (length > available / bytes)
            {
                string needs = Text($"needs {2 + state.Count} vectors of together {bytes:0.##} bytes a parameter");
                string has = Text($"this machine has {available / 1e9:F1} GB; give at most {(long)(available / bytes)}");
                throw new CliException(ExitCode.Usage, $"--params is {length}: {type.Name} {needs}, and {has}.");
            }
        }
    }

    private static Dictionary<string, NumberFormat> Named(params ReadOnlySpan<NumberFormat> formats) =>
        formats.ToArray().ToDictionary(format => format.ShortName(), StringComparer.OrdinalIgnoreCase);

    private static string[] Cells(BenchRow row, double bandwidth) =>
    [
        row.Optimizer,
        Text($"{row.Params:N0}"),
        $"{row.Precision}, {row.Gradient}, {row.State}",
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
