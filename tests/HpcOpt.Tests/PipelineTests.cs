using System.Numerics;
using System.Runtime.InteropServices;
using HpcOpt.Tests.Laws;

namespace HpcOpt.Tests;

/// <summary>A step with options is the sequence of its parts, bit by bit, and is not taken where it should not be.</summary>
public class PipelineTests
{
    private static readonly int[] Lengths = [0, 1, 7, 16, 33, 255, 4095, 4096, 4097, 9001];

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void It_equals_sum_norm_clip_limit_step_and_average_one_after_another(RuleCase rule)
    {
        foreach (ExecutionPath path in ExecutionPath.Supported)
        {
            EqualsItsParts<float>(rule, TestData.Forced(path, 3));
            EqualsItsParts<double>(rule, TestData.Forced(path, 1));
        }
    }

    [Fact]
    public void Any_number_of_gradients_is_added_in_pairs_with_the_same_bits_and_norm_on_every_path()
    {
        for (int count = 1; count <= 9; count++)
        {
            foreach (int length in Lengths)
            {
                OnEveryPath<float>(count, length, 1e-12);
                OnEveryPath<double>(count, length, 1e-12);
            }
        }
    }

    [Theory, InlineData(1), InlineData(4), InlineData(5)]
    public void A_gradient_that_is_not_finite_changes_nothing(int count)
    {
        const int Length = 5000;
        using Optimizer<float> adam = Optimizer<float>.Create(Length, new Adam());
        var scaler = new LossScaler { Scale = 8 };
        adam.Options = new StepOptions { LossScaler = scaler, AverageDecay = 0.9, MaxNorm = 1 };
        using var theta = new NativeVector<float>(Length);
        NativeVector<float>[] gradients = [.. Enumerable.Range(0, count).Select(k => Vector(TestData.Numbers<float>(Length, k)))];
        using GradientSum<float> sum = new(GradientReduction.Mean, gradients);
        adam.Step(theta, sum);
        byte[] before = [.. TestData.Bits<float>(theta.AsSpan(), adam), .. MemoryMarshal.AsBytes(adam.Average!.AsSpan<float>())];

        gradients[^1][3] = float.NaN;
        gradients[^1][4999] = float.NegativeInfinity;
        StepReport report = adam.Step(theta, sum);

        Assert.True(report.IsSkipped);
        Assert.False(report.IsClipped);
        Assert.Equal(2, report.NonFinite);
        Assert.Equal(4, scaler.Scale);
        Assert.Equal(1, adam.StepCount);
        byte[] after = [.. TestData.Bits<float>(theta.AsSpan(), adam), .. MemoryMarshal.AsBytes(adam.Average!.AsSpan<float>())];
        Assert.Equal(before, after);
    }

    [Fact]
    public void Squares_beyond_the_range_of_double_are_no_reason_to_skip()
    {
        using Optimizer<double> sgd = Optimizer<double>.Create(2, new Sgd { LearningRate = 1 });
        sgd.Options = new StepOptions { MaxNorm = 1, NonFinite = NonFiniteGradient.Skip };
        double[] theta = [0, 0];
        StepReport report = sgd.Step(theta, (double[])[3e200, -4e200]);
        Assert.Equal(5e200, report.GradientNorm!.Value, 1e187);
        Assert.True(report.IsClipped);
        Assert.Equal([-0.6, 0.8], theta.Select(x => Math.Round(x, 14)));
    }

    [Fact]
    public void What_is_frozen_or_padding_counts_in_nothing()
    {
        var layout = new ParameterLayout(new("a", [3], 0), new("b", [2], 8));
        var frozen = new ParameterGroup<Sgd>("frozen", new Sgd { LearningRate = 1 }, "b") { IsFrozen = true };
        using Optimizer<float> sgd = Optimizer<float>.Create(layout, new Sgd { LearningRate = 1 }, [frozen]);
        sgd.Options = new StepOptions { NonFinite = NonFiniteGradient.Skip, AverageDecay = 0.5 };
        float[] theta = new float[10];
        float[] gradient = [1, 2, 2, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.PositiveInfinity, 5];
        StepReport report = sgd.Step(theta, gradient);
        Assert.Equal(new StepReport(3, IsClipped: false, IsSkipped: false, NonFinite: 0), report);
        Assert.Equal([-1f, -2f, -2f, 0, 0, 0, 0, 0, 0, 0], theta);
        Assert.Equal([-0.5f, -1f, -1f, 0, 0, 0, 0, 0, 0, 0], sgd.Average!.AsSpan<float>().ToArray());

        frozen.IsFrozen = false;
        gradient[8] = 0;
        Assert.Equal(Math.Sqrt(9 + 25), sgd.Step(theta, gradient).GradientNorm);
    }

    [Fact]
    public void The_loss_scale_shrinks_at_once_and_grows_after_many_good_steps()
    {
        var scaler = new LossScaler { Scale = 1024, GrowthInterval = 3 };
        bool[] overflows = [true, false, false, true, false, false, false, false, false, false];
        double[] expected = [512, 512, 512, 256, 256, 256, 512, 512, 512, 1024];
        Assert.Equal(expected, overflows.Select(overflow => { scaler.Update(overflow); return scaler.Scale; }));

        using Optimizer<double> sgd = Optimizer<double>.Create(1, new Sgd { LearningRate = 1 });
        sgd.Options = new StepOptions { LossScaler = scaler };
        double[] theta = [0];
        Assert.Equal(2, sgd.Step(theta, (double[])[2048.0]).GradientNorm);
        Assert.Equal(-2, theta[0]);
        var largest = new LossScaler { Scale = double.MaxValue, GrowthInterval = 1 };
        largest.Update(overflowed: false);
        Assert.Equal(double.MaxValue, largest.Scale);
    }

    [Fact]
    public void A_compensated_accumulator_loses_nothing_that_a_plain_one_does()
    {
        using var plain = new GradientAccumulator<float>(1, GradientReduction.Sum);
        using var compensated = new GradientAccumulator<float>(1, GradientReduction.Sum, isCompensated: true);
        using Optimizer<float> sgd = Optimizer<float>.Create(1, new Sgd { LearningRate = 1 });
        float[] lost = [0], kept = [0];
        for (int round = 0; round < 2; round++)
        {
            (lost[0], kept[0]) = (0, 0);
            foreach (float g in Enumerable.Repeat(1f, 1000).Prepend(1 << 24))
            {
                plain.Add((float[])[g]);
                compensated.Add((float[])[g]);
            }

            sgd.Step(lost, plain);
            sgd.Step(kept, compensated);
            Assert.Equal(-(1 << 24), lost[0]);
            Assert.Equal(-(1 << 24) - 1000, kept[0]);
        }
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using Optimizer<float> adamW = Optimizer<float>.Create(100_000, new AdamW());
        adamW.Options = new StepOptions { MaxNorm = 1, MaxValue = 0.5, NonFinite = NonFiniteGradient.Skip, AverageDecay = 0.99 };
        using NativeVector<float> theta = new(100_000), g1 = new(100_000), g2 = new(100_000), g3 = new(100_000);
        using GradientSum<float> sum = new(GradientReduction.Mean, g1, g2, g3);
        Assert.Equal(0, Allocation.Least(10, () => adamW.Step(theta, sum)));
    }

    [Fact]
    public void Bad_input_is_an_error_and_changes_nothing()
    {
        using Optimizer<float> sgd = Optimizer<float>.Create(4, new Sgd());
        sgd.Options = new StepOptions { MaxNorm = 1 };
        using NativeVector<float> theta = Vector([1f, 2, 3, 4]), g = Vector([5f, 6, 7, 8]), longer = new(5);
        Assert.StartsWith("There are 0 gradients",
            Assert.Throws<ArgumentException>(() => new GradientSum<float>(GradientReduction.Sum, (NativeVector<float>[])[])).Message);
        Assert.StartsWith("gradients[1] has 5 elements; expected 4.",
            Assert.Throws<ArgumentException>(() => new GradientSum<float>(GradientReduction.Sum, g, longer)).Message);
        Refused("gradients[0], which receives the sum, overlaps another gradient",
            () => sgd.Step(theta, new GradientSum<float>(GradientReduction.Sum, g, g)));
        Refused("gradients[0], which receives the sum, overlaps parameters",
            () => sgd.Step(theta, new GradientSum<float>(GradientReduction.Sum, theta, g)));
        Assert.Throws<ArgumentNullException>(() => new GradientSum<float>(GradientReduction.Sum, g, null!));
        sgd.Options = new StepOptions { AverageDecay = 0.5 };
        Refused("parameters overlaps the average", () => sgd.Step(AverageOf(sgd), g));
        Refused("gradient overlaps the average", () => sgd.Step(theta, AverageOf(sgd)));
        Assert.StartsWith("MaxNorm must be a finite number greater than 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new StepOptions { MaxNorm = 0 }).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepOptions { MaxValue = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepOptions { AverageDecay = 1 });
        Assert.StartsWith("Growth must be a finite number greater than 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaler { Growth = 1 }).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaler { Scale = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaler { Backoff = 1 });
        Assert.Equal([1f, 2, 3, 4], theta.AsSpan().ToArray());
        Assert.Equal([5f, 6, 7, 8], g.AsSpan().ToArray());
        Assert.Equal(0, sgd.StepCount);

        static void Refused(string message, Action action) =>
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
        static unsafe Operand<float> AverageOf(Optimizer<float> optimizer) =>
            Operand<float>.At((float*)optimizer.Average!.Pointer, optimizer.Length);
    }

    private static void EqualsItsParts<T>(RuleCase rule, Execution execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Length = 1003;
        const double MaxNorm = 20, MaxValue = 0.7, Decay = 0.9;
        using Optimizer<T> fused = rule.Create<T>(Length, execution), plain = rule.Create<T>(Length, TestData.Plain);
        fused.Options = new StepOptions { MaxNorm = MaxNorm, MaxValue = MaxValue, AverageDecay = Decay };
        T[] expected = TestData.Numbers<T>(Length, 0), average = [.. expected];
        using NativeVector<T> theta = Vector(expected);
        for (int t = 1; t <= 3; t++)
        {
            T[][] gradients = [.. Enumerable.Range(0, 4).Select(k => TestData.Numbers<T>(Length, (10 * t) + k))];
            NativeVector<T>[] sources = [.. gradients.Select(Vector)];
            StepReport report = fused.Step(theta, new GradientSum<T>(GradientReduction.Mean, sources));

            T[] sum = InPairs(gradients);
            Assert.Equal(sum, sources[0].AsSpan().ToArray());
            double norm = 0.25 * Math.Sqrt(sum.Sum(x => double.CreateChecked(x) * double.CreateChecked(x)));
            Assert.Equal(norm, report.GradientNorm!.Value, 1e-12 * norm);
            Assert.Equal(norm > MaxNorm, report.IsClipped);
            T scale = T.CreateTruncating(report.IsClipped ? 0.25 * (MaxNorm / report.GradientNorm.Value) : 0.25),
                limit = T.CreateTruncating(MaxValue);
            plain.Step(expected, sum.Select(g => T.Min(limit, T.Max(-limit, scale * g))).ToArray());
            T share = T.CreateTruncating(1 - Decay);
            for (int i = 0; i < Length; i++)
                average[i] = T.FusedMultiplyAdd(share, expected[i] - average[i], average[i]);

            Assert.Equal(TestData.Bits<T>(expected, plain), TestData.Bits<T>(theta.AsSpan(), fused));
            Assert.Equal(average, fused.Average!.AsSpan<T>().ToArray());
            Array.ForEach(sources, source => source.Dispose());
        }
    }

    private static void OnEveryPath<T>(int count, int length, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[][] gradients = [.. Enumerable.Range(0, count).Select(k => TestData.Numbers<T>(length, (100 * count) + k))];
        T[] sum = InPairs(gradients);
        double norm = Math.Sqrt(sum.Sum(x => double.CreateChecked(x) * double.CreateChecked(x)));
        double? first = null;
        foreach (ExecutionPath path in ExecutionPath.All)
        {
            foreach (int threads in (int[])[1, 2, 5])
            {
                using Optimizer<T> sgd = Optimizer<T>.Create(length, new Sgd(), TestData.Forced(path, threads));
                sgd.Options = new StepOptions { NonFinite = NonFiniteGradient.Skip };
                using NativeVector<T> theta = new(length);
                NativeVector<T>[] sources = [.. gradients.Select(Vector)];
                StepReport report = sgd.Step(theta, new GradientSum<T>(GradientReduction.Sum, sources));
                Assert.Equal(sum, sources[0].AsSpan().ToArray());
                Assert.Equal(norm, report.GradientNorm!.Value, tolerance * norm);
                Assert.Equal(first ??= report.GradientNorm, report.GradientNorm);
                Array.ForEach(sources, source => source.Dispose());
            }
        }
    }

    private static T[] InPairs<T>(T[][] gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        while (gradients.Length > 1)
            gradients = [
                .. gradients.Chunk(2).Select(pair => pair.Length == 1 ? pair[0] : (T[])[.. pair[0].Zip(pair[1], (x, y) => x + y)])];
        return [.. gradients[0]];
    }

    private static NativeVector<T> Vector<T>(T[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var vector = new NativeVector<T>(values.Length);
        values.CopyTo(vector.AsSpan());
        return vector;
    }
}
