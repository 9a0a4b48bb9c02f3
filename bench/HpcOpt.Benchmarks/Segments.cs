using System.Text;
using HpcOpt.Cli.Bench;

namespace HpcOpt.Benchmarks;

/// <summary>A thousand small tensors against one vector of as many parameters.</summary>
internal static class Segments
{
    private const int Count = 1000;
    private const int Length = 1000;

    public static void Compare(StringBuilder table, int threads)
    {
        var execution = new Execution(threads: threads);
        ParameterLayout layout = ParameterLayout.Pack([.. Enumerable.Range(0, Count).Select(i => ($"s{i}", new nint[] { Length }))]);
        AdamW rule = new();
        ParameterGroup<AdamW> every2nd = new(
            "every second", rule with { WeightDecay = 0 }, layout.Segments.Where((_, i) => i % 2 == 1).Select(segment => segment.Name));
        using StepMemory<float> one = new(Optimizer<float>.Create(layout.Length, rule, execution));
        using StepMemory<float> segments = new(Optimizer<float>.Create(layout, rule, execution: execution));
        using StepMemory<float> groups = new(Optimizer<float>.Create(layout, rule, [every2nd], execution));
        Row("1,000 segments, against one vector: time", segments);
        Row("1,000 segments, every second in a group of its own, against one vector: time", groups);

        void Row(string name, StepMemory<float> memory)
        {
            Comparison times = Paired.Compare(memory.Step, one.Step, calls: 10, repetitions: 401);
            Figures.Row(table, name, layout.Length, threads, times.Ratio, "≤ 1.15", times, memory.Optimizer.BytesPerParameter!.Value);
        }
    }
}
