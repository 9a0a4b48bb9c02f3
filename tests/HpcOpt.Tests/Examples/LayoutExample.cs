namespace HpcOpt.Tests.Examples;

/// <summary>The README's example of segments and groups.</summary>
internal static class LayoutExample
{
    public static Optimizer<float> Create()
    {
        // README begins
        var layout = ParameterLayout.Pack(("w1", [784, 300]), ("b1", [300]), ("w2", [300, 10]), ("b2", [10]));
        var adamW = new AdamW { LearningRate = 1e-3, WeightDecay = 0.1 };
        ParameterGroup<AdamW> biases = new("biases", adamW with { WeightDecay = 0 }, "b1", "b2");
        using var optimizer = Optimizer<float>.Create(layout, adamW, [biases]);
        optimizer.Schedule = new CosineSchedule(steps: 9_000).WithWarmup(1_000);
        // README ends
        return optimizer;
    }
}
