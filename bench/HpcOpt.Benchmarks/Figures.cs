using System.Globalization;
using System.Text;
using HpcOpt.Cli.Bench;
using HpcOpt.Tests;

namespace HpcOpt.Benchmarks;

/// <summary>The figures that the library promises, measured turn by turn, as Markdown tables.</summary>
internal static class Figures
{
    private const int Large = 64 << 20;

    public static string Report()
    {
        StringBuilder table = new();
        Head(table, "f32, AdamW against its byte floor: share; against others: time", "parameters", "threads");
        int threads = Execution.Default.Threads;
        RuleAgainstFloor(table, "adamw", Large, Execution.Default, calls: 2, repetitions: 61);
        RuleAgainstFloor(table, "adamw", 4 << 20, Execution.Default, calls: 4, repetitions: 201);
        RuleAgainstFloor(table, "adamw", 256 << 10, Execution.Default, calls: 40, repetitions: 401);
        RuleAgainstFloor(table, "adamw", 16 << 10, Execution.Default, calls: 400, repetitions: 401);
        AgainstHand(table, 4096, "hand-written loop", "≤ 1.10", byHand => byHand.HandWrittenStep());
        AgainstHand(table, 16384, "hand-written loop", "≤ 1.10", byHand => byHand.HandWrittenStep());
        if (NativePart.IsAvailable)
        {
            Array.ForEach([1 << 10, 16 << 10, 256 << 10],
                length => AgainstHand(table, length, "C intrinsics of the native part", "", byHand => byHand.CStep()));
        }

        Segments.Compare(table, threads);
        Tensors.Compare(table, threads);
        table.Append(CultureInfo.InvariantCulture, $"\n{Tensors.Addresses()}\n{SmallStep.Report(64)}");
        return threads > 1 ? $"{table}\n{HandOver.Report()}" : $"{table}";
    }

    /// <summary>The rows of tensors alone.</summary>
    public static string OfTensors()
    {
        StringBuilder table = new();
        Head(table, "f32, AdamW against others: time", "parameters", "threads");
        Tensors.Compare(table, Execution.Default.Threads);
        return $"{table}\n{Tensors.Addresses()}";
    }

    private static void RuleAgainstFloor(StringBuilder table, string rule, nint length, Execution execution, int calls, int repetitions)
    {
        using StepMemory<float> memory = new(RuleTable.All.Single(line => line.Name == rule).Create<float>(length, execution));
        Comparison times = Paired.Compare(memory.Step, memory.ByteFloor, calls, repetitions);
        Row(table, rule, length, execution.Threads, times.Ratio.Inverse(), length == Large ? "≥ 0.95" : "", times,
            memory.Optimizer.BytesPerParameter!.Value);
    }

    public static void Row(
        StringBuilder table, string against, nint length, int threads, Quartiles ratio, string figure, Comparison times, double bytes) =>
        Line(
            table,
            against,
            length.ToString("N0", CultureInfo.InvariantCulture),
            $"{threads}",
            ratio.Format("F3"),
            figure,
            $"{times.Subject / length * 1000:F1}",
            $"{times.Baseline / length * 1000:F1}",
            $"{bytes}",
            $"{bytes * length / times.Subject:F1}",
            $"{bytes * length / times.Baseline:F1}");

    /// <summary>Time of the step over time of another hand's, on one thread, after a check that both have the same bits.</summary>
    private static void AgainstHand(StringBuilder table, nint length, string other, string figure, Action<AdamWByHand> step)
    {
        var execution = new Execution(threads: 1);
        using var memory = new AdamWByHand(length, execution);
        using (var byHand = new AdamWByHand(length, execution))
        {
            for (int i = 0; i < 3; i++)
            {
                memory.Step();
                step(byHand);
            }

            AdamWByHand.Equal(memory, byHand);
        }

        Comparison times = Paired.Compare(memory.Step, () => step(memory), 4_000_000 / (int)length, 401);
        Row(table, $"adamw, {other}: time", length, 1, times.Ratio, figure, times, 28);
    }

    private static void Head(StringBuilder table, params string[] first)
    {
        Line(table, [.. first, "ratio: median (quartiles)", "figure", "ns / 1,000 parameters", "baseline", "bytes", "GB/s", "baseline"]);
        Line(table, [.. Enumerable.Repeat("---", first.Length + 7)]);
    }

    private static void Line(StringBuilder table, params string[] cells) => table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
