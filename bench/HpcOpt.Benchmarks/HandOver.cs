using System.Diagnostics;
using HpcOpt.Cli.Bench;

namespace HpcOpt.Benchmarks;

/// <summary>What it costs to share a step with another thread, and the cores with another optimizer.</summary>
internal static class HandOver
{
    private const int Length = 16 << 10;
    private const int Repetitions = 1001;
    private const int Together = 256 << 10;

    public static string Report() => MarkdownTable.Of(
        ["AdamW f32, 16,384 parameters on two threads", "figure", "µs over the ideal half: median (quartiles)"],
        [
            ["steps follow each other at once", "≤ 0.5", Measure(() => { }, calls: 20)],
            ["after 0.5 ms of the caller's own work", "≤ 0.5", Measure(() => Work(TimeSpan.FromMilliseconds(0.5)), calls: 1)],
            ["after 5 ms, the workers asleep", "≤ 10", Measure(() => Work(TimeSpan.FromMilliseconds(5)), calls: 1)],
        ])
        + $"\nTwo optimizers of {Together:N0} parameters in two host threads at the same time, against one after the other: time "
        + $"{BesideEachOther()} (figure: 1, which is all that they share).\n";

    // Steps of both at once against steps of both in turn.
    private static string BesideEachOther()
    {
        const int Steps = 200;
        int threads = Execution.Default.Threads;
        using StepMemory<float> first = Memory(Together, threads), second = Memory(Together, threads);
        return Paired.Compare(Both, InTurn, calls: 1, repetitions: 41).Ratio.Format("F3");

        void Both()
        {
            Thread host = new(() => Repeat(second));
            host.Start();
            Repeat(first);
            host.Join();
        }

        void InTurn()
        {
            Repeat(first);
            Repeat(second);
        }

        static void Repeat(StepMemory<float> memory)
        {
            for (int i = 0; i < Steps; i++)
            {
                memory.Step();
            }
        }
    }

    private static string Measure(Action pause, int calls)
    {
        using StepMemory<float> whole = Memory(Length, threads: 2), half = Memory(Length / 2, threads: 1);
        Paired.Measure([whole.Step, half.Step], TimeSpan.FromMilliseconds(500));
        double[] costs = new double[Repetitions];
        foreach (ref double cost in costs.AsSpan())
        {
            // Both after the same pause: it cools caches, too.
            half.Step();
            pause();
            double ideal = Paired.Time(half.Step, calls);
            whole.Step();
            pause();
            cost = (Paired.Time(whole.Step, calls) - ideal) / 1000;
        }

        return Quartiles.Of(costs).Format("F2");
    }

    private static StepMemory<float> Memory(int length, int threads) =>
        new(Optimizer<float>.Create(length, new AdamW(), new Execution(threads: threads)));

    private static void Work(TimeSpan time)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;)
        {
        }
    }
}
