using System.Numerics;

namespace HpcOpt.Blas.Tests;

/// <summary>What holds for every optimizer of the table, whatever its formula.</summary>
public class MatrixLaws
{
    private static readonly ParameterLayout Layout = ParameterLayout.Pack(
        ("wide", [5, 37]), ("tall", [67, 4]), ("square", [16, 16]), ("bias", [41]));

    private static LinearAlgebra Plain { get; } = new("managed", TestData.Plain);

    [Theory, MemberData(nameof(MatrixRuleTable.Rows), MemberType = typeof(MatrixRuleTable))]
    internal void The_managed_provider_gives_the_same_bits_on_every_path_with_any_threads(MatrixRuleCase rule)
    {
        // Eigenvalues of a few hundred rows take their time; those of this law's full matrix are of fewer.
        ParameterLayout layout = rule.Rule is FullMatrixAdaGrad ? ParameterLayout.Pack(("square", [5, 5]), ("bias", [14])) : Layout;
        OnEveryExecution<float>(rule, layout);
        OnEveryExecution<double>(rule, layout);
    }

    [Fact]
    public void The_page_and_the_table_have_every_optimizer()
    {
        string[] names = [.. typeof(IMatrixRule).Assembly.GetExportedTypes()
            .Where(type => type.IsValueType && type.IsAssignableTo(typeof(IMatrixRule))).Select(type => type.Name).Order()];
        string[] rows = [.. File.ReadLines(Path.Combine(Repository.Root, "docs/optimizers.md")).Where(
            line => line.Contains("](../src/HpcOpt.Blas/Optimizers/", StringComparison.Ordinal))];
        Assert.Equal(names, rows.Select(row => row.Split('`')[1]).Order());
        Assert.All(rows, row => Assert.True(File.Exists(Path.Combine(Repository.Root, "docs", row.Split('(')[1].Split(')')[0])), row));
        Assert.Equal(names, MatrixRuleTable.All.Select(rule => rule.Rule.GetType().Name).Distinct().Order());
    }

    [Theory, MemberData(nameof(MatrixRuleTable.BySegment), MemberType = typeof(MatrixRuleTable))]
    internal void Segments_equal_separate_optimizers_and_padding_is_left_alone(MatrixRuleCase rule)
    {
        ParameterLayout layout = new(
            new ParameterSegment("square", [6, 6], 3), new ParameterSegment("bias", [9], 40), new ParameterSegment("tall", [8, 3], 60));
        double[] start = TestData.Numbers<double>((int)layout.Length, 1), gradient = TestData.Numbers<double>((int)layout.Length, 2),
            expected = [.. start];
        gradient[50] = double.NaN; // padding
        foreach (ParameterSegment segment in layout.Segments)
        {
            MatrixRuleCase alone = rule.Rule is Muon muon && segment.Name != "square"
                ? rule with { Rule = muon with { AdamSegments = [] } }
                : rule;
            using Optimizer<double> separate = alone.Create<double>(ParameterLayout.Pack((segment.Name, [.. segment.Shape])), Plain);
            double[] part = segment.Of<double>(start).ToArray();
            Steps(separate, part, segment.Of<double>(gradient).ToArray(), 3);
            part.CopyTo(segment.Of<double>(expected));
        }

        using Optimizer<double> optimizer = rule.Create<double>(layout, Plain);
        Steps(optimizer, start, gradient, 3);
        Assert.Equal(expected, start);
    }

    [Theory, MemberData(nameof(MatrixRuleTable.Rows), MemberType = typeof(MatrixRuleTable))]
    internal void A_gradient_that_is_not_finite_is_refused_before_anything_is_written(MatrixRuleCase rule)
    {
        Refused<float>(rule, float.NaN, "1 element of the gradient is not finite, the first at ");
        Refused<double>(rule, double.NegativeInfinity, "1 element of the gradient is not finite, the first at ");
        if (rule.Rule is not Muon)
            Refused<float>(rule, 1e17f, "its squares add up beyond");
    }

    [Theory, MemberData(nameof(MatrixRuleTable.Rows), MemberType = typeof(MatrixRuleTable))]
    internal void A_step_with_accumulated_gradients_takes_their_mean(MatrixRuleCase rule)
    {
        double[] start = MatrixTrajectories.Start, x = [.. start], y = [.. start];
        using Optimizer<double> accumulated = rule.Create<double>(MatrixTrajectories.Layout, Plain),
            plain = rule.Create<double>(MatrixTrajectories.Layout, Plain);
        using GradientAccumulator<double> accumulator = new(start.Length);
        for (int t = 0; t < 4; t++)
        {
            (double[] first, double[] second) = (MatrixTrajectories.Gradients[t], MatrixTrajectories.Gradients[t + 4]);
            accumulator.Add(first);
            accumulator.Add(second);
            accumulated.Step(x, accumulator);
            plain.Step(y, (double[])[.. first.Zip(second, (a, b) => (a + b) / 2)]);
        }

        Assert.Equal(0, accumulator.Count);
        Assert.All(x.Zip(y), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-12));
        Assert.NotEqual(start, x);
    }

    [Theory, MemberData(nameof(MatrixRuleTable.Rows), MemberType = typeof(MatrixRuleTable))]
    internal void The_schedule_multiplies_the_rate_of_every_segment(MatrixRuleCase rule)
    {
        using Optimizer<double> scheduled = rule.Create<double>(MatrixTrajectories.Layout, Plain),
            plain = rule.Create<double>(MatrixTrajectories.Layout, Plain);
        double rate = plain.LearningRate;
        scheduled.Schedule = new ExponentialSchedule(0.5);
        double[] x = [.. MatrixTrajectories.Start], y = [.. MatrixTrajectories.Start];
        for (int t = 0; t < 3; t++)
        {
            plain.LearningRate = rate * Math.ScaleB(1, -t);
            Assert.Equal(plain.LearningRate, scheduled.EffectiveLearningRate);
            scheduled.Step(x, MatrixTrajectories.Gradients[t]);
            plain.Step(y, MatrixTrajectories.Gradients[t]);
        }

        Assert.Equal(y, x);
        Assert.Equal(3, scheduled.StepCount);

        // A rate of 0 is a standstill, of AdamW's segments too.
        plain.LearningRate = 0;
        plain.Step(y, MatrixTrajectories.Gradients[3]);
        Assert.Equal(x, y);
    }

    [Theory, MemberData(nameof(MatrixRuleTable.Rows), MemberType = typeof(MatrixRuleTable))]
    internal void State_has_names_of_its_own_and_what_is_no_sweep_no_bytes(MatrixRuleCase rule)
    {
        using Optimizer<float> optimizer = rule.Create<float>(MatrixTrajectories.Layout, Plain);
        Assert.Equal(rule.Name.Split('+')[0], optimizer.Name);
        Assert.Distinct(optimizer.State.Select(vector => vector.Name));
        Assert.All(optimizer.State, vector => Assert.NotEmpty(vector.Name));
        Assert.Null(optimizer.BytesPerParameter);
        Assert.False(optimizer.HasEvaluationPoint);
        using NativeVector<BFloat16> fewerBits = new(optimizer.Length);
        Assert.Contains(
            $"{optimizer.Name} steps on parameters and gradients of type Single only",
            Assert.Throws<NotSupportedException>(() => optimizer.Step(fewerBits, fewerBits)).Message,
            StringComparison.Ordinal);
        Assert.Equal(0, optimizer.StepCount);
        optimizer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => optimizer.Step(new float[optimizer.Length], new float[optimizer.Length]));
    }

    private static void OnEveryExecution<T>(MatrixRuleCase rule, ParameterLayout layout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        byte[] expected = Run(TestData.Plain);
        foreach ((ExecutionPath path, int threads) in from path in ExecutionPath.All from threads in (int[])[1, 3] select (path, threads))
            Assert.True(expected.AsSpan().SequenceEqual(Run(TestData.Forced(path, threads))),
                $"{rule.Name} {typeof(T).Name} differs on {path}, {threads} threads.");

        byte[] Run(Execution execution)
        {
            T[] parameters = TestData.Numbers<T>((int)layout.Length, 1);
            using Optimizer<T> optimizer = rule.Create<T>(layout, new LinearAlgebra("managed", execution));
            for (int t = 0; t < 3; t++)
                optimizer.Step(parameters, TestData.Numbers<T>(parameters.Length, 10 + t));
            return TestData.Bits<T>(parameters, optimizer);
        }
    }

    private static void Refused<T>(MatrixRuleCase rule, T bad, string message)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] parameters = TestData.Numbers<T>((int)MatrixTrajectories.Layout.Length, 1);
        using Optimizer<T> optimizer = rule.Create<T>(MatrixTrajectories.Layout, Plain);
        optimizer.Step(parameters, TestData.Numbers<T>(parameters.Length, 2));
        byte[] before = TestData.Bits<T>(parameters, optimizer);

        // In the last segment: those before it must not have been written.
        T[] gradient = TestData.Numbers<T>(parameters.Length, 3);
        gradient[^1] = bad;
        string error = Assert.Throws<NotFiniteNumberException>(() => optimizer.Step(parameters, gradient)).Message;
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(before, TestData.Bits<T>(parameters, optimizer));
        Assert.Equal(1, optimizer.StepCount);
    }

    private static void Steps<T>(Optimizer<T> optimizer, T[] parameters, T[] gradient, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int t = 0; t < count; t++)
            optimizer.Step(parameters, gradient);
    }
}
