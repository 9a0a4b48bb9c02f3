namespace HpcOpt.Training.Tests.Examples;

/// <summary>The README's example of sparse gradients.</summary>
internal static class SparseExample
{
    public static double Run(string trainFile, string testFile)
    {
        // README begins
        SparseDataSet<float> train = SvmLight.Read<float>(trainFile, TargetKind.Class);
        SparseDataSet<float> test = SvmLight.Read(testFile, TargetKind.Class, like: train);
        SparseSoftmaxRegression<float> model = new(train);
        using var adaGrad = Optimizer<float>.Create(model.ParameterCount, new AdaGrad { LearningRate = 8, InitialAccumulator = 0.004 });
        var theta = new float[model.ParameterCount];
        TrainingOptions options = new() { BatchSize = 16, MaxEpochs = 10 };
        TrainingResult result = new Trainer<float>(model, adaGrad, options).Run(theta, new SparseSoftmaxRegression<float>(test));

        SparseGradient<float> gradient = new(theta.Length, model.GradientWidth); // or by hand, one step:
        model.Gradient(theta, [0, 1, 2], gradient);
        adaGrad.Step(theta, gradient);
        // README ends
        return result.TestAccuracy!.Value;
    }
}
