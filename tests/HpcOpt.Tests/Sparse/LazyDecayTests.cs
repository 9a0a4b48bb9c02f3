using System.Numerics;

namespace HpcOpt.Tests.Sparse;

/// <summary>Steps in which a row does not appear: what it misses is made up for, once and exactly.</summary>
public class LazyDecayTests
{
    private const int RowCount = 23;
    private const int Width = 3;
    private const int Length = RowCount * Width;
    private const int Steps = 40;

    public static TheoryData<string> LikeDense => ["sgd", "sgd+decay", "adagrad", "adagrad+inside", "rmsprop"];

    public static TheoryData<string> Lazy => [.. SparseTable.All().Select(row => row.Data.Name)];

    [Theory, MemberData(nameof(LikeDense))]
    public void Equal_dense_steps_with_zeros_up_to_the_rounding_of_the_decays(string name)
    {
        // Without decay bit for bit; else 2⁻²⁴, of each of some Steps multiplications of the dense steps.
        bool exact = name is "sgd" || name.StartsWith("adagrad", StringComparison.Ordinal);
        AssertNear<float>(name, exact ? 0 : 2 * Steps * Math.ScaleB(1, -24));
        AssertNear<double>(name, exact ? 0 : 2 * Steps * Math.ScaleB(1, -53));
    }

    [Theory, MemberData(nameof(Lazy))]
    public void Have_the_same_bits_on_every_path_and_thread_count(string name)
    {
        RuleCase rule = RuleTable.All.Single(line => line.Name == name);
        byte[] expected = Run<float>(rule, TestData.Plain, out _);
        foreach (ExecutionPath path in ExecutionPath.All)
        {
            foreach (int threads in (int[])[1, 2, 7])
                Assert.Equal(expected, Run<float>(rule, TestData.Forced(path, threads), out _));
        }
    }

    [Fact]
    public void Many_steps_that_were_missed_are_one_power()
    {
        AdamW rule = new() { LearningRate = 0.5, WeightDecay = 0.01, Beta1 = 0.9, Beta2 = 0.999 };
        using Optimizer<double, AdamW> optimizer = Optimizer<double>.Create(2, rule, TestData.Plain);
        double[] theta = [1, 1];
        Step(optimizer, theta, 0, 1);
        (double p, double m, double v) = (theta[0], optimizer.State[0].AsSpan<double>()[0], optimizer.State[1].AsSpan<double>()[0]);
        for (int i = 0; i < 1000; i++)
            Step(optimizer, theta, 1, 1);
        Assert.Equal(p, theta[0]);
        optimizer.Flush(theta);
        Assert.Equal(p * Math.Pow(1 - (0.5 * 0.01), 1000), theta[0], 1e-15);
        Assert.Equal(m * Math.Pow(0.9, 1000), optimizer.State[0].AsSpan<double>()[0], 1e-60);
        Assert.Equal(v * Math.Pow(0.999, 1000), optimizer.State[1].AsSpan<double>()[0], 1e-17);
        double settled = theta[0];
        optimizer.Flush(theta);
        Assert.Equal(settled, theta[0]);
    }

    /// <summary>A schedule makes every step's factor another; more of them than are kept are settled on the way.</summary>
    [Fact]
    public void Decay_follows_the_schedule()
    {
        const int Many = 5000;
        using Optimizer<double, AdamW> optimizer = Optimizer<double>.Create(
            2, new AdamW { LearningRate = 0.01, WeightDecay = 0.1 }, TestData.Plain);
        optimizer.Schedule = new ExponentialSchedule(0.999);
        double[] theta = [1, 1];
        double expected = 1;
        for (int t = 1; t <= Many; t++)
        {
            expected *= 1 - (optimizer.EffectiveLearningRate * 0.1);
            Step(optimizer, theta, 1, 1);
        }

        double[] evaluated = new double[2];
        optimizer.WriteEvaluationPoint(theta, evaluated);
        Assert.Equal(expected, evaluated[0], 1e-13);
        optimizer.Flush(theta);
        Assert.Equal(evaluated[0], theta[0]);
    }

    [Fact]
    public void A_dense_step_and_another_width_settle_first()
    {
        using Optimizer<double, RmsProp> lazy = Optimizer<double>.Create(4, new RmsProp(), TestData.Plain),
            dense = Optimizer<double>.Create(4, new RmsProp(), TestData.Plain);
        double[] one = [1, 2, 3, 4], other = [1, 2, 3, 4];
        Step(lazy, one, 0, 1);
        Step(lazy, one, 1, 1);
        SparseGradient<double> pair = new(4, width: 2);
        pair.Add([1], [1, -1]);
        lazy.Step(one, pair);
        lazy.Step(one, (double[])[0.5, 0, 0, 0.5]);
        dense.Step(other, (double[])[1, 0, 0, 0]);
        dense.Step(other, (double[])[0, 1, 0, 0]);
        dense.Step(other, (double[])[0, 0, 1, -1]);
        dense.Step(other, (double[])[0.5, 0, 0, 0.5]);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(other[i], one[i], 1e-15);
            Assert.Equal(dense.State[0].AsSpan<double>()[i], lazy.State[0].AsSpan<double>()[i], 1e-17);
        }
    }

    [Fact]
    public void Settling_the_rows_of_a_gradient_leaves_the_others_alone()
    {
        using Optimizer<double, AdamW> optimizer = Optimizer<double>.Create(
            3, new AdamW { LearningRate = 0.1, WeightDecay = 1 }, TestData.Plain);
        double[] theta = [1, 1, 1];
        Step(optimizer, theta, 0, 1);
        Step(optimizer, theta, 0, 1);
        SparseGradient<double> gradient = new(3);
        gradient.Row(1);
        optimizer.Flush(theta, gradient);
        Assert.Equal(0.81, theta[1], 1e-15);
        Assert.Equal(1, theta[2]);
        optimizer.Flush(theta);
        Assert.Equal(0.81, theta[1], 1e-15);
        Assert.Equal(0.81, theta[2], 1e-15);
    }

    private static void Step(Optimizer<double> optimizer, double[] theta, long element, double value)
    {
        SparseGradient<double> gradient = new(theta.Length);
        gradient.Add([element], [value]);
        optimizer.Step(theta, gradient);
    }

    private static void AssertNear<T>(string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RuleCase rule = RuleTable.All.Single(line => line.Name == name);
        Run<T>(rule, TestData.Plain, out T[][] sparse);
        using Optimizer<T> optimizer = rule.Create<T>(Length, TestData.Plain);
        T[] parameters = TestData.Numbers<T>(Length, 1), dense = new T[Length];
        for (int t = 1; t <= Steps; t++)
        {
            Gradient<T>(t).CopyTo(dense);
            optimizer.Step(parameters, dense);
        }

        T[][] expected = [parameters, .. optimizer.State.Select(state => state.AsSpan<T>().ToArray())];
        for (int v = 0; v < expected.Length; v++)
        {
            for (int i = 0; i < Length; i++)
            {
                double wanted = double.CreateTruncating(expected[v][i]), found = double.CreateTruncating(sparse[v][i]);
                Assert.True(Math.Abs(wanted - found) <= tolerance * Math.Abs(wanted),
                    $"{name} {typeof(T).Name}, vector {v}, element {i}: {found}, dense {wanted}");
            }
        }
    }

    private static byte[] Run<T>(RuleCase rule, Execution execution, out T[][] vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Optimizer<T> optimizer = rule.Create<T>(Length, execution);
        T[] parameters = TestData.Numbers<T>(Length, 1);
        for (int t = 1; t <= Steps; t++)
            optimizer.Step(parameters, Gradient<T>(t));
        optimizer.Flush(parameters);
        vectors = [parameters, .. optimizer.State.Select(state => state.AsSpan<T>().ToArray())];
        return TestData.Bits(parameters, optimizer);
    }

    private static SparseGradient<T> Gradient<T>(int t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(t);
        long[] rows = [.. Enumerable.Range(0, RowCount).Where(_ => random.Next(5) == 0).Select(row => (long)row)];
        random.Shuffle(rows);
        SparseGradient<T> gradient = new(Length, Width);
        gradient.Add(
            rows, [.. rows.SelectMany(_ => Enumerable.Range(0, Width)).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))]);
        return gradient;
    }
}
