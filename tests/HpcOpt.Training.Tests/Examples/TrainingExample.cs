namespace HpcOpt.Training.Tests.Examples;

/// <summary>The README's example of a model of one's own.</summary>
internal static class TrainingExample
{
    public static TrainingResult Run(double[] y, double[] theta)
    {
        // README begins
        // The median of y: any mean loss over a batch of rows, with its gradient, is a model.
        RowObjective<double> model = new(parameterCount: 1, rowCount: y.Length, (theta, rows, gradient) =>
        {
            (double loss, gradient[0]) = (0, 0);
            foreach (int i in rows)
            {
                loss += Math.Abs(theta[0] - y[i]) / rows.Length;
                gradient[0] += (double)Math.Sign(theta[0] - y[i]) / rows.Length;
            }

            return loss;
        });
        using var optimizer = Optimizer<double>.Create(model.ParameterCount, new Sgd { LearningRate = 1 });
        optimizer.Schedule = new RobbinsMonroSchedule(tau: 100, kappa: 0.8);
        TrainingResult result = new Trainer<double>(model, optimizer, new TrainingOptions
        {
            Sampler = new RandomPartition(y.Length, batchSize: 32),
            MaxEpochs = 200,
            ParameterTolerance = 1e-4,
        }).Run(theta);
        // README ends
        return result;
    }
}
