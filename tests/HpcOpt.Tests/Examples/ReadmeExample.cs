namespace HpcOpt.Tests.Examples;

internal static class ReadmeExample
{
    public static float Run()
    {
        // README begins
        using var theta = new NativeVector<float>(1_000_000);      // parameters: 64-bit length, huge pages
        using var gradient = new NativeVector<float>(theta.Length);
        using var optimizer = Optimizer<float>.Create(theta.Length, new AdamW { LearningRate = 1e-3 });

        for (int t = 0; t < 100; t++)
        {
            for (nint i = 0; i < theta.Length; i++)
                gradient[i] = theta[i] - 0.05f;                    // your model's gradient goes here
            optimizer.Step(theta, gradient);                       // one pass, all cores, nothing allocated
        }
        // README ends

        return theta[0];
    }
}
