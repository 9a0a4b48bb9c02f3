using System.Numerics;
using HpcOpt.Engine;
using HpcOpt.Tests.Memory;

namespace HpcOpt.Tests.Laws;

/// <summary>A pass touches no byte outside its range: each vector, state included, has a guard page on either side.</summary>
public class TouchesNothingOutsideLaw
{
    private const int Longest = 257;

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Between_guard_pages(RuleCase rule)
    {
        BetweenGuards<float>(rule);
        BetweenGuards<double>(rule);
    }

    private static unsafe void BetweenGuards<T>(RuleCase rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        GuardedMemory[] memory = [.. Enumerable.Range(0, 6).Select(_ => new GuardedMemory(Longest * sizeof(T)))];
        T** at = stackalloc T*[memory.Length];
        foreach (Execution execution in ExecutionPath.All.Select(path => TestData.Forced(path, 1)))
        {
            for (int length = 0; length <= Longest; length++)
            {
                foreach (bool atEnd in (bool[])[false, true])
                {
                    for (int i = 0; i < memory.Length; i++)
                    {
                        at[i] = (T*)memory[i].Place(length * sizeof(T), atEnd);
                        new Span<T>(at[i], length).Fill(T.One);
                    }

                    using Optimizer<T> optimizer = rule.Create<T>(length, execution);
                    optimizer.UpdateOn(Streams.Of(length, at[0], at[1], at[2], at[3], at[4], at[5]));
                    Assert.All(memory, m => Assert.True(m.IsIntact(length * sizeof(T), atEnd), $"{execution.Path}, length {length}"));
                }
            }
        }

        foreach (GuardedMemory m in memory)
            m.Dispose();
    }
}
