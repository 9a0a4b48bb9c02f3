using System.Numerics;
using System.Runtime.InteropServices;

namespace HpcOpt.Tests.Sparse;

/// <summary>
/// A sparse step is the dense step on the rows that appear, bit for bit, and leaves every other bit alone: on every path, with any number
/// of threads, in any order of the rows, in place and in tiles.
/// </summary>
public class SparseStepLaw
{
    // Elements, rows shorter and longer than vectors, and rows that are swept in place (from 1,024 bytes).
    private static readonly int[] Widths = [1, 3, 16, 58, 300];

    [Theory, MemberData(nameof(SparseTable.All), MemberType = typeof(SparseTable))]
    internal void Equals_the_dense_step_on_what_appears(RuleCase rule)
    {
        OnEveryExecution<float>(rule);
        OnEveryExecution<double>(rule);
    }

    [Theory, MemberData(nameof(SparseTable.Others), MemberType = typeof(SparseTable))]
    internal void Other_rules_say_which_have_sparse_steps(RuleCase rule)
    {
        using Optimizer<float> optimizer = rule.Create<float>(4, TestData.Plain);
        SparseGradient<float> gradient = new(4);
        gradient.Add([2], [1f]);
        float[] parameters = [1, 2, 3, 4];
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => optimizer.Step(parameters, gradient));
        Assert.Contains("sgd, adagrad, rmsprop, adam and adamw", error.Message);
        Assert.Equal([1, 2, 3, 4], parameters);
        Assert.Equal(0, optimizer.StepCount);
    }

    private static void OnEveryExecution<T>(RuleCase rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (int width in Widths)
        {
            const int RowCount = 61;
            T[] start = TestData.Numbers<T>(RowCount * width, width), values = TestData.Numbers<T>(RowCount * width, width + 1);
            long[] rows = [.. Enumerable.Range(0, RowCount).Where(row => row % 3 != 1).Select(row => (long)row)];
            new Random(width).Shuffle(rows);
            T[] compact = [.. rows.SelectMany(row => values.AsSpan((int)row * width, width).ToArray())];
            byte[] expected = Dense(rule, start, compact, rows, width);
            foreach (ExecutionPath path in ExecutionPath.All)
            {
                foreach (int threads in (int[])[1, 2, 7])
                {
                    using Optimizer<T> optimizer = rule.Create<T>(start.Length, TestData.Forced(path, threads));
                    T[] parameters = [.. start];
                    SparseGradient<T> gradient = new(start.Length, width);
                    gradient.Add(rows, compact);
                    optimizer.Step(parameters, gradient);
                    Assert.True(expected.AsSpan().SequenceEqual(TestData.Bits(parameters, optimizer)),
                        $"{rule.Name} {typeof(T).Name} on {path}, {threads} threads, width {width}");
                }
            }
        }
    }

    /// <summary>The first step of a dense optimizer over what appears alone, put back in its place among what was there.</summary>
    private static byte[] Dense<T>(RuleCase rule, T[] start, T[] values, long[] rows, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] Gathered(ReadOnlySpan<T> all)
        {
            T[] gathered = new T[values.Length];
            for (int i = 0; i < rows.Length; i++)
                all.Slice((int)rows[i] * width, width).CopyTo(gathered.AsSpan(i * width));
            return gathered;
        }

        using Optimizer<T> dense = rule.Create<T>(values.Length, TestData.Plain), untouched = rule.Create<T>(start.Length, TestData.Plain);
        T[] parameters = Gathered(start);
        dense.Step(parameters, values);
        T[][] vectors = [[.. start], .. untouched.State.Select(state => state.AsSpan<T>().ToArray())];
        T[][] results = [parameters, .. dense.State.Select(state => state.AsSpan<T>().ToArray())];
        for (int v = 0; v < vectors.Length; v++)
        {
            for (int i = 0; i < rows.Length; i++)
                results[v].AsSpan(i * width, width).CopyTo(vectors[v].AsSpan((int)rows[i] * width));
        }

        return [.. vectors.SelectMany(vector => MemoryMarshal.AsBytes(vector.AsSpan()).ToArray())];
    }
}
