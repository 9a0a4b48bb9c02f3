using System.Numerics;

namespace HpcOpt.Tests.Laws;

/// <summary>Promise 2: the result does not depend on path, length, alignment, threads, or where a vector was split.</summary>
public class SameBitsLaw
{
    private const int Steps = 3;

    // What a child process expects its path to be; see SameBitsInOtherProcesses.
    internal const string ExpectedPath = "HPCOPT_TEST_EXPECTED_PATH";

    private static readonly int[] Offsets = [0, 1, 3];
    private static readonly int[] Threads = [1, 2, 3, 7];

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Float_on_every_path_length_offset_and_thread_count(RuleCase rule) => OnEveryExecution<float>(rule);

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Double_on_every_path_length_offset_and_thread_count(RuleCase rule) => OnEveryExecution<double>(rule);

    [Theory, MemberData(nameof(RuleRows.Elementwise), MemberType = typeof(RuleRows))]
    internal void Split_at_any_point_equals_whole(RuleCase rule)
    {
        SplitEqualsWhole<float>(rule);
        SplitEqualsWhole<double>(rule);
    }

    [Fact]
    public void The_path_is_the_expected_one()
    {
        string? expected = Environment.GetEnvironmentVariable(ExpectedPath);
        Assert.Equal(expected ?? ExecutionPath.Supported[0].Name, Execution.Default.Path.Name);
    }

    private static unsafe void OnEveryExecution<T>(RuleCase rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Also the paths that this CPU lacks: the run-time computes their vectors in halves, and the bits must not differ.
        var executions = ExecutionPath.All
            .SelectMany(_ => Threads, (path, threads) => (path, threads, TestData.Forced(path, threads))).ToArray();
        for (int length = 0; length <= 257; length++)
        {
            (T[] start, T[][] gradients) = Data<T>(length);
            byte[] expected = Run(rule, TestData.Plain, start, gradients, 0);
            foreach ((ExecutionPath path, int threads, Execution execution) in executions)
            {
                // A thread more or less meets each offset somewhere; one thread meets all.
                foreach (int offset in threads == 1 ? Offsets : [length % 4])
                {
                    if (!Run(rule, execution, start, gradients, offset).AsSpan().SequenceEqual(expected))
                        Assert.Fail(
                            $"{rule.Name} {typeof(T).Name} differs on {path}, {threads} threads, length {length}, offset {offset}.");
                }
            }
        }
    }

    private static unsafe byte[] Run<T>(RuleCase rule, Execution execution, T[] start, T[][] gradients, int offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Optimizer<T> optimizer = rule.Create<T>(start.Length, execution);
        using var p = new NativeVector<T>(start.Length + offset, TestData.Plain);
        using var g = new NativeVector<T>(start.Length + offset, TestData.Plain);
        start.CopyTo(p.AsSpan()[offset..]);
        foreach (T[] gradient in gradients)
        {
            gradient.CopyTo(g.AsSpan()[offset..]);
            optimizer.Step(Operand<T>.At(p.Pointer + offset, start.Length), Operand<T>.At(g.Pointer + offset, start.Length));
        }

        return TestData.Bits(p.AsSpan()[offset..], optimizer);
    }

    private static void SplitEqualsWhole<T>(RuleCase rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Length = 97;
        (T[] start, T[][] gradients) = Data<T>(Length);
        foreach (ExecutionPath path in ExecutionPath.Supported)
        {
            Execution execution = TestData.Forced(path, 1);
            T[] whole = Parameters(rule, execution, start, gradients);
            for (int cut = 0; cut <= Length; cut++)
            {
                T[] first = Parameters(rule, execution, start[..cut], [.. gradients.Select(g => g[..cut])]);
                T[] second = Parameters(rule, execution, start[cut..], [.. gradients.Select(g => g[cut..])]);
                Assert.Equal(whole, first.Concat(second));
            }
        }
    }

    private static T[] Parameters<T>(RuleCase rule, Execution execution, T[] start, T[][] gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Optimizer<T> optimizer = rule.Create<T>(start.Length, execution);
        T[] parameters = [.. start];
        foreach (T[] gradient in gradients)
            optimizer.Step(parameters, gradient);
        return parameters;
    }

    private static (T[] Start, T[][] Gradients) Data<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (TestData.Numbers<T>(length, length),
            [.. Enumerable.Range(1, Steps).Select(t => TestData.Numbers<T>(length, (1000 * t) + length))]);
}
