using System.Runtime.InteropServices;
using HpcOpt.Tests.Laws;

namespace HpcOpt.Tests;

/// <summary>A step in low precision is the sequence of its parts, bit by bit; so is the copy in bf16.</summary>
public class LowPrecisionPipelineTests
{
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
            stored[i] = typeof(TValue) == typeof(Half) ? (TValue)(object)(Half)values[i]
                : typeof(TValue) == typeof(BFloat16) ? (TValue)(object)(BFloat16)values[i]
                : (TValue)(object)values[i];
        return stored;
    }

    private static float[] Floats<TValue>(NativeVector<TValue> values)
        where TValue : unmanaged => [.. values.AsSpan().ToArray().Select(
            value => value switch { Half half => (float)half, BFloat16 brain => (float)brain, _ => (float)(object)value })];
}
