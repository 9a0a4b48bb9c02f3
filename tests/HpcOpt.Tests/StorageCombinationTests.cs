namespace HpcOpt.Tests;

/// <summary>State of low precision beside what else surrounds a step: sparse gradients, and the parts that join the pass.</summary>
public class StorageCombinationTests
{
    private const int Length = 1000;

    [Fact]
    public void Sparse_steps_are_refused_before_any_write()
    {
        using Optimizer<float> stored = Optimizer<float>.Create(Length, new Adam(), storage: new Storage { State = StateFormat.Float8 });
        float[] theta = TestData.Numbers<float>(Length, 1);
        SparseGradient<float> gradient = new(Length);
        gradient.Row(3)[0] = 1;
        Assert.False(stored.StepsSparsely);
        Assert.Contains("The state is stored in Float8", Assert.Throws<NotSupportedException>(() => stored.Step(theta, gradient)).Message,
            StringComparison.Ordinal);
        Assert.Equal(0, stored.StepCount);
        Assert.Equal(TestData.Numbers<float>(Length, 1), theta);
    }

    [Fact]
    public void After_sparse_steps_other_gradients_settle_first_and_other_parameters_are_refused()
    {
        using Optimizer<float> mixed = Optimizer<float>.Create(Length, new AdamW()), settled = Optimizer<float>.Create(Length, new AdamW());
        using NativeVector<float> a = Vector(1), b = Vector(1);
        using NativeVector<BFloat16> dense = new(Length), parameters = new(Length);
        SparseGradient<float> gradient = new(Length);
        gradient.Row(3)[0] = 1;
        for (int t = 0; t < 3; t++)
        {
            mixed.Step(a, gradient);
            settled.Step(b, gradient);
        }

        Assert.Contains("has taken sparse steps", Assert.Throws<NotSupportedException>(() => mixed.Step(parameters, dense)).Message,
            StringComparison.Ordinal);
        Assert.Equal(3, mixed.StepCount);
        mixed.Step(a, dense);
        settled.Flush(b);
        settled.Step(b, dense);
        Assert.Equal(b.AsSpan(), a.AsSpan());
    }

    [Theory]
    [InlineData(StateFormat.BFloat16)]
    [InlineData(StateFormat.Float8)]
    public void A_fused_step_equals_its_parts(StateFormat state)
    {
        EqualsItsParts(new Adam { LearningRate = 0.01 }, state);
        EqualsItsParts(new Lamb { LearningRate = 0.01 }, state);
    }

    private static void EqualsItsParts<TRule>(TRule rule, StateFormat state)
        where TRule : struct, IOptimizerRule
    {
        const float Limit = 0.25f;
        const double Decay = 0.9;
        var storage = new Storage { State = state, Seed = 5 };
        using Optimizer<float> fused = Optimizer<float>.Create(Length, rule, storage: storage),
            parts = Optimizer<float>.Create(Length, rule, storage: storage);
        fused.Options = new StepOptions { MaxValue = Limit, AverageDecay = Decay };
        using NativeVector<float> x = Vector(1), y = Vector(1);
        float[] average = [.. y.AsSpan()];
        for (int t = 0; t < 4; t++)
        {
            using NativeVector<float> gradient = Vector(t + 2);
            fused.Step(x, gradient);
            for (int i = 0; i < Length; i++)
            {
                gradient[i] = Math.Clamp(gradient[i], -Limit, Limit);
            }

            parts.Step(y, gradient);
            for (int i = 0; i < Length; i++)
            {
                average[i] = float.FusedMultiplyAdd((float)(1 - Decay), y[i] - average[i], average[i]);
            }
        }

        Assert.Equal(y.AsSpan(), x.AsSpan());
        Assert.Equal(average.AsSpan(), fused.Average!.AsSpan<float>());
    }

    private static NativeVector<float> Vector(int stream)
    {
        NativeVector<float> vector = new(Length);
        TestData.Numbers<float>(Length, stream).CopyTo(vector.AsSpan());
        return vector;
    }
}
