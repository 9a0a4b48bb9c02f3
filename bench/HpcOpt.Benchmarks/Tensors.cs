using System.Text;
using HpcOpt.Cli.Bench;

namespace HpcOpt.Benchmarks;

/// <summary>Tensors with addresses of their own against one vector of as many parameters, and what a new address costs.</summary>
internal static class Tensors
{
    private const int Count = 1000;
    private const int Length = 1000;
    private const int ShortLength = 64;
    private const int Repetitions = 401;

    public static void Compare(StringBuilder table, int threads)
    {
        Row($"{Count:N0} tensors with addresses of their own, against one vector: time", Alike(Length), "≤ 1.10", calls: 10, Repetitions);
        ParameterLayout network = ResNet50.Layout;
        Row($"the {network.Segments.Count} tensors of ResNet-50, against one vector: time", network, "≤ 1.05", calls: 2, repetitions: 101);

        void Row(string name, ParameterLayout layout, string figure, int calls, int repetitions)
        {
            var execution = new Execution(threads: threads);
            using StepMemory<float> flat = new(Optimizer<float>.Create(layout.Length, new AdamW(), execution));
            using TensorMemory tensors = new(layout, execution);
            Comparison times = Paired.Compare(tensors.Step, flat.Step, calls, repetitions);
            Figures.Row(table, name, layout.Length, threads, times.Ratio, figure, times, flat.BytesMoved);
        }
    }

    /// <summary>Short tensors on one thread, so that the addresses are a visible part of a step.</summary>
    public static string Addresses()
    {
        using TensorMemory memory = new(Alike(ShortLength), new Execution(threads: 1));
        Action[] steps = [memory.Step, () => memory.StepElsewhere(1), () => memory.StepElsewhere(Count)];
        double[][] times = Paired.Measure(steps, calls: 20, Repetitions);
        return MarkdownTable.Of(
            [
                $"AdamW f32, {Count:N0} tensors of {ShortLength} parameters, one thread",
                "figure",
                "µs over a step with the same addresses: median (quartiles)",
            ],
            [
                ["a new gradient address of one tensor each step", "≤ 2", Over(times[1])],
                ["of every tensor each step", "≤ 2", Over(times[2])],
            ]);

        string Over(double[] changed) => Quartiles.Of([.. changed.Zip(times[0], (x, y) => (x - y) / 1000)]).Format("F2");
    }

    private static ParameterLayout Alike(nint length) =>
        ParameterLayout.Pack([.. Enumerable.Range(0, Count).Select(i => ($"t{i}", new[] { length }))]);
}
