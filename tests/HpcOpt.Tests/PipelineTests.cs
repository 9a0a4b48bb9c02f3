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

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void In_low_precision_it_equals_sum_norm_clip_and_step_of_floats_with_the_same_bits(RuleCase rule)
    {
        foreach (ExecutionPath path in ExecutionPath.Supported)
        {
            EqualsItsPartsInLowPrecision<float, Half>(rule, TestData.Forced(path, 3), StateFormat.Float8);
            EqualsItsPartsInLowPrecision<BFloat16, BFloat16>(rule, TestData.Forced(path, 1), StateFormat.BFloat16);
            EqualsItsPartsInLowPrecision<BFloat16, float>(rule, TestData.Forced(path, 2), StateFormat.Full);
        }
    }

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void A_copy_is_the_nearest_bf16_of_parameters_that_it_does_not_change(RuleCase rule)
    {
        const int Length = 1300;
        foreach (ExecutionPath path in ExecutionPath.Supported)
        {
            foreach (StateFormat state in Enum.GetValues<StateFormat>())
            {
                var storage = new Storage { State = state };
                using Optimizer<float> copied = rule.Create<float>(Length, TestData.Forced(path, 2), storage),
                    plain = rule.Create<float>(Length, TestData.Forced(path, 1), storage);
                copied.Options = new StepOptions { KeepsCopy = true, MaxNorm = 1, AverageDecay = 0.5 };
                plain.Options = new StepOptions { MaxNorm = 1, AverageDecay = 0.5 };
                float[] theta = TestData.Numbers<float>(Length, 1), expected = TestData.Numbers<float>(Length, 1);
                for (int t = 0; t < 2; t++)
                {
                    copied.Step(theta, TestData.Numbers<float>(Length, 5 + t));
                    plain.Step(expected, TestData.Numbers<float>(Length, 5 + t));
                    Assert.Equal(TestData.Bits<float>(expected, plain), TestData.Bits<float>(theta, copied));
                    Assert.Equal(plain.Average!.AsSpan<float>(), copied.Average!.AsSpan<float>());
                    Assert.Equal(theta.Select(x => (BFloat16)x), copied.Copy!.AsSpan<BFloat16>().ToArray());
                }
            }
        }
    }

    [Theory, InlineData(1), InlineData(3)]
    public void A_gradient_of_low_precision_that_is_not_finite_changes_nothing(int count)
    {
        const int Length = 3000;
        using Optimizer<float> adam = Optimizer<float>.Create(Length, new Adam(), storage: new Storage { State = StateFormat.BFloat16 });
        adam.Options = new StepOptions { NonFinite = NonFiniteGradient.Skip };
        using var theta = new NativeVector<BFloat16>(Length);
        NativeVector<Half>[] gradients = [.. Enumerable.Range(0, count).Select(k => Stored<Half>(TestData.Numbers<float>(Length, k)))];
        gradients[0][2] = Half.PositiveInfinity;
        gradients[^1][2999] = Half.NaN;
        using GradientSum<float> sum = new(GradientReduction.Mean, gradients);
        StepReport report = adam.Step(theta, sum);
        Assert.True(report.IsSkipped);
        Assert.Equal(2, report.NonFinite);
        Assert.Equal(0, adam.StepCount);
        Assert.All(theta.AsSpan().ToArray(), value => Assert.Equal(default, value));
    }

    [Fact]
    public void Types_that_do_not_go_together_are_named_before_anything_is_written()
    {
        using Optimizer<float> single = Optimizer<float>.Create(2, new Adam());
        using Optimizer<double> wide = Optimizer<double>.Create(2, new Adam());
        using NativeVector<BFloat16> theta = new(2);
        using NativeVector<Half> halves = new(2), longer = new(3);
        using NativeVector<float> floats = new(2);
        using GradientSum<float> sum = new(GradientReduction.Mean, halves);
        Assert.Contains(
            "Parameters in Half are not supported", Assert.Throws<ArgumentException>(() => single.Step(halves, floats)).Message);
        Assert.Contains("Parameters in BFloat16 are not supported by Optimizer<Double>",
            Assert.Throws<ArgumentException>(() => wide.Step(theta, new double[2])).Message);
        Assert.Contains(
            "may only be read", Assert.Throws<ArgumentException>(() => single.Step(new ReadOnlySpan<float>(new float[2]), floats)).Message);
        Assert.Contains("holds gradients", Assert.Throws<ArgumentException>(() => single.Step(sum, floats)).Message);
        single.Options = new StepOptions { KeepsCopy = true };
        Assert.Contains(
            "the parameters are BFloat16 themselves; use them", Assert.Throws<ArgumentException>(() => single.Step(theta, halves)).Message);
        Assert.Contains("KeepsCopy is for Optimizer<float>",
            Assert.Throws<ArgumentException>(() => wide.Options = new StepOptions { KeepsCopy = true }).Message);
        Assert.Contains("gradients[1] has 3 elements; expected 2",
            Assert.Throws<ArgumentException>(() => new GradientSum<float>(GradientReduction.Sum, halves, longer)).Message);
        Assert.Equal(0, single.StepCount);
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

    // The sum in float, its norm as reported, and a step on the sum times what clips it.
    private static void EqualsItsPartsInLowPrecision<TParameter, TGradient>(RuleCase rule, Execution execution, StateFormat state)
        where TParameter : unmanaged
        where TGradient : unmanaged
    {
        const int Length = 1300;
        var storage = new Storage { State = state, Seed = 5 };
        using Optimizer<float> fused = rule.Create<float>(Length, execution, storage),
            plain = rule.Create<float>(Length, execution, storage);
        fused.Options = new StepOptions { MaxNorm = 1, AverageDecay = 0.75 };
        using NativeVector<TParameter> theta = Stored<TParameter>(TestData.Numbers<float>(Length, 1)),
            expected = Stored<TParameter>(TestData.Numbers<float>(Length, 1));
        float[] average = Floats(theta);
        for (int t = 0; t < 3; t++)
        {
            NativeVector<TGradient>[] gradients = [
                .. Enumerable.Range(0, 3).Select(k => Stored<TGradient>(TestData.Numbers<float>(Length, 10 + (3 * t) + k)))];
            float[][] floats = [.. gradients.Select(Floats)];
            using GradientSum<float> summed = Operands.Sum<float, TGradient>(GradientReduction.Sum, gradients);
            StepReport report = fused.Step(Operands.Of<float, TParameter>(theta), summed);

            using var clipped = new NativeVector<float>(Length);
            double squares = 0;
            for (int i = 0; i < Length; i++)
            {
                clipped[i] = floats[0][i] + floats[1][i] + floats[2][i];
                squares += (double)clipped[i] * clipped[i];
            }

            Assert.Equal(Math.Sqrt(squares), report.GradientNorm!.Value, 1e-12 * Math.Sqrt(squares));
            float scale = report.IsClipped ? (float)(1 / report.GradientNorm.Value) : 1;
            for (int i = 0; i < Length; i++)
                clipped[i] *= scale;
            plain.Step(Operands.Of<float, TParameter>(expected), clipped);
            Assert.Equal(MemoryMarshal.AsBytes(expected.AsSpan()), MemoryMarshal.AsBytes(theta.AsSpan()));
            float[] now = Floats(theta);
            average = [.. average.Zip(now, (a, p) => MathF.FusedMultiplyAdd(0.25f, p - a, a))];
            Assert.Equal(average, fused.Average!.AsSpan<float>());
            Array.ForEach(gradients, gradient => gradient.Dispose());
        }
    }

    private static NativeVector<TValue> Stored<TValue>(float[] values)
        where TValue : unmanaged
    {
        NativeVector<TValue> stored = new(values.Length);
        for (int i = 0; i < values.Length; i++)
            stored[i] = typeof(TValue) == typeof(Half)
                ? (TValue)(object)(Half)values[i]
                : typeof(TValue) == typeof(BFloat16) ? (TValue)(object)(BFloat16)values[i] : (TValue)(object)values[i];
        return stored;
    }

    private static float[] Floats<TValue>(NativeVector<TValue> values)
        where TValue : unmanaged => [.. values.AsSpan().ToArray().Select(
            value => value switch { Half half => (float)half, BFloat16 brain => (float)brain, _ => (float)(object)value })];
}
