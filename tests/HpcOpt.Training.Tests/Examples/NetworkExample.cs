namespace HpcOpt.Training.Tests.Examples;

/// <summary>The README's example of a network.</summary>
internal static class NetworkExample
{
    public static TrainingResult Run(DataSet<float> train)
    {
        // README begins
        MultilayerPerceptron<float> network = new(train, new() { Hidden = [1024, 1024], Activation = Activation.Gelu, Dropout = 0.1, MicroBatch = 256 });
        float[] weights = new float[network.ParameterCount];
        network.Initialize(weights);
        using var adamW = Optimizer<float>.Create(network.Layout, new AdamW()); // layer-wise rules see the segments w1, b1, w2, …
        TrainingResult trained = new Trainer<float>(network, adamW, new() { BatchSize = 1024, MaxEpochs = 10 }).Run(weights);
        // README ends
        return trained;
    }
}
