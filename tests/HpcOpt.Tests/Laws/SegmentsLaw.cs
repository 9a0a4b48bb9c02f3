using System.Numerics;

namespace HpcOpt.Tests.Laws;

/// <summary>One step over a layout has the bits of one optimizer for each segment, on any path and threads, in any order.</summary>
public class SegmentsLaw
{
    private const int Steps = 3;

    // Shorter than a vector, and around one and several blocks of a norm; every second one is in the slow group.
    private static readonly int[] Lengths = [1, 15, 16, 17, 4095, 1, 4096, 4097, 13000, 3];

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Segments_equal_separate_optimizers(RuleCase rule)
    {
        SegmentsEqualSeparate<float>(rule, padding: 0);
        SegmentsEqualSeparate<double>(rule, padding: 0);
        SegmentsEqualSeparate<float>(rule, padding: 5);
    }

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void One_segment_equals_no_layout(RuleCase rule)
    {
        double[] start = TestData.Numbers<double>(3000, 1);
        double[] gradient = TestData.Numbers<double>(3000, 2);
        Assert.Equal(Run(rule.Create<double>(3000, TestData.Plain), start, gradient),
            Run(rule.Create<double>(ParameterLayout.Pack(("all", [30, 100])), [], TestData.Plain), start, gradient));
    }

    private static void SegmentsEqualSeparate<T>(RuleCase rule, int padding)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<ParameterSegment> segments = [];
        foreach (int length in Lengths)
            segments.Add(new($"s{segments.Count}", [length], segments.Count == 0 ? padding : segments[^1].End + padding));
        var layout = new ParameterLayout(segments.AsEnumerable().Reverse());
        T[] start = TestData.Numbers<T>((int)layout.Length, 1);
        T[] gradient = TestData.Numbers<T>((int)layout.Length, 2);

        T[] expected = [.. start];
        foreach ((int i, ParameterSegment segment) in segments.Index())
        {
            using Optimizer<T> separate = rule.Create<T>(segment.Length, TestData.Plain);
            separate.LearningRate /= i % 2 == 1 ? 2 : 1;
            Run(separate, segment.Of<T>(start).ToArray(), segment.Of<T>(gradient).ToArray()).CopyTo(segment.Of<T>(expected));
        }

        string[] slow = [.. segments.Where((_, i) => i % 2 == 1).Select(segment => segment.Name)];
        foreach ((ExecutionPath path, int threads) in from path in ExecutionPath.All from threads in (int[])[1, 3] select (path, threads))
        {
            using Optimizer<T> optimizer = rule.Create<T>(layout, slow, TestData.Forced(path, threads));
            if (!expected.AsSpan().SequenceEqual(Run(optimizer, [.. start], gradient)))
                Assert.Fail($"{rule.Name} {typeof(T).Name} with padding {padding} differs on {path}, {threads} threads.");
        }
    }

    private static T[] Run<T>(Optimizer<T> optimizer, T[] start, T[] gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using (optimizer)
        {
            T[] parameters = [.. start];
            for (int t = 0; t < Steps; t++)
                optimizer.Step(parameters, gradient);
            return parameters;
        }
    }
}
