namespace HpcOpt.Tests.Examples;

/// <summary>The README's example of a step with options.</summary>
internal static class StepOptionsExample
{
    public static StepReport Run(NativeVector<float> theta, NativeVector<float> gradient1, NativeVector<float> gradient2)
    {
        // README begins
        using var optimizer = Optimizer<float>.Create(theta.Length, new AdamW());
        optimizer.Options = new StepOptions
        {
            MaxNorm = 1,                                       // clip by the global norm, then
            MaxValue = 0.1,                                    // each element
            LossScaler = new LossScaler { Scale = 1024 },      // divide by the loss scale; skip and halve it where a gradient overflows
            AverageDecay = 0.999,                              // keep a moving average of the weights, optimizer.Average
            KeepsCopy = true,                                  // and a bf16 of each for the next forward pass, optimizer.Copy
        };
        using var gradients = new GradientSum<float>(GradientReduction.Mean, gradient1, gradient2);
        StepReport report = optimizer.Step(theta, gradients);  // of two workers, or as many as you have
        Console.WriteLine(report.IsSkipped ? $"{report.NonFinite} elements are not finite: no step" : $"‖g‖ = {report.GradientNorm}");
        // README ends
        return report;
    }
}
