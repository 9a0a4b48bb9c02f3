using System.Diagnostics;
using HpcOpt.Cli.Bench;

namespace HpcOpt.Benchmarks;

/// <summary>What a step costs besides its parameters: AdamW f32 on a vector so small that little else is left.</summary>
internal static class SmallStep
{
    // Bias corrections cost most while βᵗ still counts: for β₂ = 0.999 the first 40,000 steps.
    private const int Block = 4000;
    private const int Blocks = 12;
    private const int Repetitions = 101;

    public static string Report(int length)
    {
        var times = new double[Blocks][];
        for (int block = 0; block < Blocks; block++)
        {
            times[block] = new double[Repetitions];
        }

        long allocated = 0;
        for (int repetition = -10; repetition < Repetitions; repetition++)
        {
            using var memory = new AdamWByHand(length, new Execution(threads: 1));
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int block = 0; block < Blocks; block++)
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < Block; i++)
                {
                    memory.Step();
                }

                if (repetition >= 0)
                {
                    times[block][repetition] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Block;
                }
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Quartiles.Of sorts: the first of each block is its best.
        Quartiles[] blocks = [.. times.Select(Quartiles.Of)];
        int slowest = Enumerable.Range(0, Blocks).MaxBy(block => blocks[block].Median);
        string Row(int block) => $"{blocks[block].Format("F1")} | {times[block][0]:F1}";
        return $"""
            | AdamW f32, `Step` on {length} parameters | figure | ns: median (quartiles) | best |
            | --- | --- | --- | --- |
            | the first {Block:N0} steps | < 100 | {Row(0)} |
            | the slowest {Block:N0} of the first {Block * Blocks:N0} | < 100 | {Row(slowest)} |
            | after {Block * (Blocks - 1):N0} steps | < 100 | {Row(Blocks - 1)} |

            Allocated by {Block * Blocks:N0} steps: {allocated} bytes (figure: 0).

            """;
    }
}
