using System.Globalization;
using System.Text;

namespace HpcOpt.Benchmarks;

/// <summary>The figures that the library promises, measured turn by turn, as one Markdown table.</summary>
internal static class Figures
{
    private const double BytesPerParameter = 28; // AdamW f32 reads p, g, m, v and writes p, m, v.

    public static string Report()
    {
        StringBuilder table = new();
        Line(table, "AdamW f32, against", "parameters", "threads", "ratio: median (quartiles)", "figure", "ns / 1,000 parameters", "baseline", "GB/s", "baseline");
        Line(table, [.. Enumerable.Repeat("---", 9)]);
        int threads = Execution.Default.Threads;
        AgainstFloor(table, 64 << 20, threads, calls: 2, repetitions: 61);
        AgainstFloor(table, 4 << 20, threads, calls: 4, repetitions: 201);
        AgainstFloor(table, 256 << 10, threads, calls: 40, repetitions: 401);
        AgainstFloor(table, 16 << 10, threads, calls: 400, repetitions: 401);
        AgainstHand(table, 4096);
        AgainstHand(table, 16384);
        return $"{table}\n{SmallStep.Report(64)}";
    }

    /// <summary>Time of the byte floor over time of the step.</summary>
    private static void AgainstFloor(StringBuilder table, nint length, int threads, int calls, int repetitions)
    {
        using var memory = new AdamWMemory(length, new Execution(threads: threads));
        Comparison times = Paired.Measure(memory.Step, memory.Floor, calls, repetitions);
        Row(table, "byte floor: share", length, threads, times.Ratio.Inverse, length == 64 << 20 ? "≥ 0.95" : "", times);
    }

    /// <summary>Time of the step over time of the hand-written loop.</summary>
    private static void AgainstHand(StringBuilder table, nint length)
    {
        var execution = new Execution(threads: 1);
        using var memory = new AdamWMemory(length, execution);
        using (var byHand = new AdamWMemory(length, execution))
        {
            for (int i = 0; i < 3; i++)
            {
                memory.Step();
                byHand.HandWrittenStep();
            }

            AdamWMemory.Equal(memory, byHand);
        }

        Comparison times = Paired.Measure(memory.Step, memory.HandWrittenStep, 4_000_000 / (int)length, 401);
        Row(table, "hand-written loop: time", length, 1, times.Ratio, "≤ 1.10", times);
    }

    private static void Row(StringBuilder table, string against, nint length, int threads, Quartiles ratio, string figure, Comparison times) =>
        Line(
            table,
            against,
            length.ToString("N0", CultureInfo.InvariantCulture),
            $"{threads}",
            ratio.Format("F3"),
            figure,
            $"{times.Subject / length * 1000:F1}",
            $"{times.Baseline / length * 1000:F1}",
            $"{BytesPerParameter * length / times.Subject:F1}",
            $"{BytesPerParameter * length / times.Baseline:F1}");

    private static void Line(StringBuilder table, params string[] cells) => table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
