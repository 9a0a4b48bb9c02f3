using HpcOpt.Engine;
using HpcOpt.Tests.Laws;

namespace HpcOpt.Tests;

public class OptimizerTests
{
    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void A_step_allocates_nothing(RuleCase rule)
    {
        // More threads than CPUs: then the caller has to sleep until the last worker is done.
        foreach ((int length, Execution execution) in ((int, Execution)[])[(64, Execution.Default), (200_000, Execution.Default),
            (200_000, TestData.Forced(ExecutionPath.Supported[0], 7))])
        {
            using var p = new NativeVector<float>(length);
            using var g = new NativeVector<float>(length);
            using Optimizer<float> optimizer = rule.Create<float>(length, execution);
            using var accumulator = new GradientAccumulator<float>(length, execution: execution);
            void Step()
            {
                optimizer.LearningRate *= 0.999;
                optimizer.Step(p, g);
                accumulator.Add(g);
                accumulator.Add(g);
                optimizer.Step(p, accumulator);
            }

            for (int i = 0; i < 200; i++)
                Step();
            Assert.Equal(0, Allocation.Least(100, Step));
        }
    }

    [Fact]
    public unsafe void The_three_kinds_of_memory_give_the_same()
    {
        float[] start = TestData.Numbers<float>(1000, 1);
        float[] gradient = TestData.Numbers<float>(1000, 2);

        using Optimizer<float> ofSpans = Optimizer<float>.Create(1000, new Adam());
        float[] spans = [.. start];
        ofSpans.Step(spans, gradient);

        using Optimizer<float> ofPointers = Optimizer<float>.Create(1000, new Adam());
        float[] pointers = [.. start];
        fixed (float* p = pointers, g = gradient)
            ofPointers.Step(Operand<float>.At(p, 1000), Operand<float>.At(g, 1000));

        using Optimizer<float> ofVectors = Optimizer<float>.Create(1000, new Adam());
        using var vector = new NativeVector<float>(1000);
        using var other = new NativeVector<float>(1000);
        start.CopyTo(vector.AsSpan());
        gradient.CopyTo(other.AsSpan());
        ofVectors.Step(vector, other);

        Assert.Equal(spans, pointers);
        Assert.Equal(spans, vector.AsSpan().ToArray());
        Assert.Equal(1, ofVectors.StepCount);
    }

    [Fact]
    public void Hyperparameters_change_between_steps()
    {
        using Optimizer<double, AdamW> optimizer = Optimizer<double>.Create(1, new AdamW());
        double[] theta = [1];
        optimizer.LearningRate = 0;
        optimizer.Step(theta, (double[])[1]);
        Assert.Equal(1, theta[0]);

        optimizer.Rule = optimizer.Rule with { LearningRate = 0.5, WeightDecay = 0 };
        optimizer.Step(theta, (double[])[1]);
        Assert.Equal(0.5, theta[0], 1e-7);
        Assert.Equal(2, optimizer.StepCount);
        Assert.Throws<ArgumentException>(() => optimizer.Rule = optimizer.Rule with { AmsGrad = true });
    }

    [Fact]
    public void The_state_has_the_names_of_the_rule()
    {
        using Optimizer<float> optimizer = Optimizer<float>.Create(3, new Adam { AmsGrad = true });
        Assert.Equal(["m", "v", "vMax"], optimizer.State.Select(state => state.Name));
    }

    [Fact]
    public void Default_hyperparameters_are_an_error_that_shows_the_remedy()
    {
        var error = Assert.Throws<ArgumentException>(() => Optimizer<float>.Create(1, default(Adam)));
        Assert.StartsWith("default(Adam) holds no hyperparameters; write new Adam().", error.Message);

        // Without momentum and decay a rate of 0 is all that is left of SGD, and a rate all the same.
        using Optimizer<float> still = Optimizer<float>.Create(1, new Sgd { LearningRate = 0 });
        Assert.Equal(0, still.LearningRate);
    }

    [Theory]
    [InlineData(double.NaN), InlineData(-1e-9), InlineData(double.PositiveInfinity)]
    public void A_learning_rate_out_of_range_names_itself_its_value_and_its_range(double value)
    {
        using Optimizer<float> optimizer = Optimizer<float>.Create(1, new Sgd());
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = value);
        Assert.StartsWith("LearningRate must be a finite number of at least 0.", error.Message);
        Assert.Contains(value.ToString(), error.Message);
        Assert.Equal(0.01, optimizer.LearningRate);
    }

    [Fact]
    public void Every_hyperparameter_has_a_checked_range()
    {
        double[] outside = [double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        double[] negativeToo = [.. outside, -0.001];
        double[] fraction = [.. negativeToo, 1];
        Rejects(fraction, x => new Adam { Beta1 = x }, x => new Adam { Beta2 = x }, x => new AdamW { Beta1 = x },
            x => new AdamW { Beta2 = x });
        Rejects(fraction, x => new Momentum { Decay = x }, x => new RmsProp { Decay = x });
        Rejects(outside, x => new Sgd { Dampening = x });
        Rejects(negativeToo, x => new Sgd { Momentum = x }, x => new Sgd { WeightDecay = x }, x => new Sgd { LearningRate = x });
        Rejects(negativeToo, x => new AdaGrad { LearningRateDecay = x }, x => new AdaGrad { Epsilon = x },
            x => new AdaGrad { InitialAccumulator = x });
        Rejects(negativeToo, x => new AdaGrad { WeightDecay = x }, x => new RmsProp { Epsilon = x }, x => new RmsProp { Momentum = x });
        Rejects(negativeToo, x => new RmsProp { WeightDecay = x }, x => new Adam { Epsilon = x }, x => new Adam { WeightDecay = x });
        Rejects(negativeToo, x => new AdamW { Epsilon = x }, x => new AdamW { WeightDecay = x });
        Rejects(negativeToo, x => new Momentum { LearningRate = x }, x => new AdaGrad { LearningRate = x },
            x => new RmsProp { LearningRate = x });
        Rejects(negativeToo, x => new Adam { LearningRate = x }, x => new AdamW { LearningRate = x });
    }

    [Fact]
    public unsafe void Bad_vectors_are_errors_and_change_nothing()
    {
        using Optimizer<float> optimizer = Optimizer<float>.Create(8, new Adam());
        float[] theta = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        float[] before = [.. theta];
        using var vector = new NativeVector<float>(8);
        var disposed = new NativeVector<float>(8);
        disposed.Dispose();

        Assert.StartsWith(
            "parameters has 10 elements; expected 8.", Assert.Throws<ArgumentException>(() => optimizer.Step(theta, new float[8])).Message);
        Assert.StartsWith("gradient has 7 elements; expected 8.",
            Assert.Throws<ArgumentException>(() => optimizer.Step(theta.AsSpan(0, 8), new float[7])).Message);
        Assert.StartsWith("parameters overlaps gradient",
            Assert.Throws<ArgumentException>(() => optimizer.Step(theta.AsSpan(0, 8), theta.AsSpan(1, 8))).Message);
        Assert.StartsWith("gradient overlaps the optimizer's state",
            Assert.Throws<ArgumentException>(() => optimizer.Step(vector, optimizer.State[0].AsSpan<float>())).Message);
        Assert.StartsWith("parameters overlaps the optimizer's state",
            Assert.Throws<ArgumentException>(() => optimizer.Step(optimizer.State[1].AsSpan<float>(), vector)).Message);
        Assert.StartsWith("address is a null pointer",
            Assert.Throws<ArgumentNullException>(() => optimizer.Step(Operand<float>.At((float*)null, 8), vector)).Message);
        Assert.Throws<ArgumentNullException>(() => optimizer.Step(vector, (NativeVector<float>)null!));
        Assert.Throws<ArgumentNullException>(() => optimizer.Step((NativeVector<float>)null!, vector));
        Assert.Throws<ObjectDisposedException>(() => optimizer.Step(vector, disposed));
        Assert.Throws<ObjectDisposedException>(() => optimizer.Step(disposed, vector));
        Assert.Throws<ArgumentOutOfRangeException>(() => Optimizer<float>.Create(-1, new Adam()));

        Assert.Equal(before, theta);
        Assert.Equal(0, optimizer.StepCount);
        Assert.False(optimizer.State[0].AsSpan<float>().ContainsAnyExcept(0f));

        optimizer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => optimizer.Step(theta.AsSpan(0, 8), new float[8]));
        Assert.Equal(before, theta);
    }

    private static void Rejects(double[] values, params Func<double, IOptimizerRule>[] setters)
    {
        foreach (Func<double, IOptimizerRule> setter in setters)
        {
            foreach (double value in values)
                Assert.Throws<ArgumentOutOfRangeException>(() => setter(value));
        }
    }

    [Fact]
    public void The_cost_of_a_step_is_that_of_its_formula()
    {
        Assert.Equal(new StepCost(Parameters: 2, Gradient: 1, State: 2, StateTraits.None, Divisions: 0, Roots: 0,
            IsLayerwise: false), Of(new Sgd()));
        Assert.Equal(new StepCost(Parameters: 2, Gradient: 1, State: 2, StateTraits.NonNegative1 | StateTraits.NonNegative2, Divisions: 1,
            Roots: 1, IsLayerwise: false), Of(new AdamW()));
        Assert.Equal(new StepCost(Parameters: 2, Gradient: 1, State: 2, StateTraits.NonNegative1 | StateTraits.NonNegative2, Divisions: 1,
            Roots: 1, IsLayerwise: false), Of(new AdamW { AmsGrad = true, Maximize = true }));
        Assert.Equal(new StepCost(Parameters: 2, Gradient: 1, State: 2, StateTraits.NonNegative0 | StateTraits.NonNegative1, Divisions: 1,
            Roots: 2, IsLayerwise: false), Of(new AdaDelta()));
        Assert.Equal(new StepCost(Parameters: 3, Gradient: 1, State: 3, StateTraits.NonNegative1, Divisions: 2, Roots: 2,
            IsLayerwise: true), Of(new Lamb()));

        // Rectified from the sixth step on.
        Assert.Equal(1, Of(new RAdam()).Roots);

        static StepCost Of<TRule>(TRule rule)
            where TRule : struct, IOptimizerRule
        {
            using Optimizer<float> optimizer = Optimizer<float>.Create(1, rule);
            return optimizer.Cost!.Value;
        }
    }
}
