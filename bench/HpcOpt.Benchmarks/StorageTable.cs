using System.Globalization;
using HpcOpt.Cli.Bench;

namespace HpcOpt.Benchmarks;

/// <summary>AdamW in every combination of formats, beside its own byte floor, f32's byte floor and f32's step, in one process.</summary>
internal static class StorageTable
{
    private const int Length = 64 << 20;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    // What the library promises: time over that of f32's byte floor, and speed over that of f32's step.
    private static readonly Dictionary<(NumberFormat, NumberFormat, StateFormat), string> Figures = new()
    {
        [(NumberFormat.BFloat16, NumberFormat.BFloat16, StateFormat.BFloat16)] = "time ≤ 0.55 of f32's floor",
        [(NumberFormat.BFloat16, NumberFormat.BFloat16, StateFormat.Float8)] = "time ≤ 0.50 of f32's floor",
        [(NumberFormat.Single, NumberFormat.Single, StateFormat.BFloat16)] = "≥ 1.30 × f32",
        [(NumberFormat.Single, NumberFormat.Single, StateFormat.Float8)] = "≥ 1.60 × f32",
        [(NumberFormat.Single, NumberFormat.BFloat16, StateFormat.Float8)] = "≥ 1.80 × f32",
    };

    public static string Report()
    {
        List<string[]> rows = [];
        foreach (int threads in (int[])[1, Execution.Default.Threads])
        {
            var execution = new Execution(threads: threads);
            using StepMemory<float> single = new(Optimizer<float>.Create(Length, new AdamW(), execution));
            foreach ((NumberFormat parameters, NumberFormat gradient, StateFormat state) in Combinations(threads == 1))
            {
                using StoredMemory memory = new(
                    Optimizer<float>.Create(Length, new AdamW(), execution, new Storage { State = state }), parameters, gradient);
                rows.Add(Row(memory, single, Figures.GetValueOrDefault((parameters, gradient, state), "")));
                Console.WriteLine(string.Join("  ", rows[^1]));
            }
        }

        return MarkdownTable.Of(
            ["parameters", "gradient", "state", "bytes moved", "state, bytes", "threads", "ns / 1,000", "of its byte floor",
                "time / f32's byte floor: median (quartiles)", "speed / f32: median (quartiles)", "figure"], rows);
    }

    private static IEnumerable<(NumberFormat Parameters, NumberFormat Gradient, StateFormat State)> Combinations(bool promisedOnly) =>
        from parameters in (NumberFormat[])[NumberFormat.Single, NumberFormat.Split, NumberFormat.BFloat16]
        from gradient in (NumberFormat[])[NumberFormat.Single, NumberFormat.BFloat16, NumberFormat.Half]
        from state in Enum.GetValues<StateFormat>()
        where !promisedOnly || Figures.ContainsKey((parameters, gradient, state))
        select (parameters, gradient, state);

    private static string[] Row(StoredMemory memory, StepMemory<float> single, string figure)
    {
        double[][] times = Paired.Measure([memory.Step, memory.ByteFloor, single.Step, single.ByteFloor], Budget);
        Quartiles Ratio(int over, int under) => Quartiles.Of([.. times[over].Zip(times[under], (x, y) => x / y)]);
        double stateBytes = memory.Formats.State switch { "bf16" => 4, "fp8" => 2 * (1 + (1 / 64.0)), _ => 8 };
        return
        [
            memory.Formats.Parameters, memory.Formats.Gradient, memory.Formats.State, Text($"{memory.BytesMoved:0.##}"),
            Text($"{stateBytes:0.##}"),
            Text($"{memory.Execution.Threads}"), Text($"{times[0].Min() / memory.Length * 1000:F1}"), Text($"{Ratio(1, 0).Median:F2}"),
            Ratio(0, 3).Format("F2"), Ratio(2, 0).Format("F2"), figure,
        ];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
