namespace HpcOpt.Tests;

/// <summary>Low precision does not spoil training: a network with a lower layer ends at the loss of f32.</summary>
public class LowPrecisionTrainTests
{
    private const int Inputs = 16;
    private const int Hidden = 32;
    private const int Rows = 256;
    private const int Weights = (Inputs * Hidden) + Hidden;

    [Theory]
    [InlineData("adamw", StateFormat.BFloat16, 0.005)]
    [InlineData("adamw", StateFormat.Float8, 0.01)]
    public void The_loss_of_a_network_is_that_of_f32(string rule, StateFormat state, double tolerated)
    {
        double full = Train(rule, StateFormat.Full), fewer = Train(rule, state);
        Assert.InRange(fewer / full, 1 - (10 * tolerated), 1 + tolerated);
    }

    // y = tanh(x W) u against a noisy teacher of the same shape, whole batches, in double beside the optimizer.
    private static double Train(string name, StateFormat state)
    {
        float[] x = TestDraws(Rows * Inputs, 1), teacher = TestDraws(Weights, 2), noise = TestDraws(Rows, 3),
            theta = [.. TestDraws(Weights, 4).Select(w => w * 0.3f)];
        double[] y = [.. Outputs(teacher, x, null).Select((value, row) => value + (0.5 * noise[row]))];
        using Optimizer<float> optimizer = RuleTable.All.Single(rule => rule.Name == name).Create<float>(
            Weights, Execution.Default, new Storage { State = state });
        float[] gradient = new float[Weights];
        double loss = 0;
        for (int t = 0; t < 600; t++)
        {
            optimizer.LearningRate = 0.01 * (1 - (t / 600.0));
            double[] activations = new double[Rows * Hidden], outputs = Outputs(theta, x, activations), sums = new double[Weights];
            loss = 0;
            for (int row = 0; row < Rows; row++)
            {
                double error = outputs[row] - y[row];
                loss += error * error / Rows;
                for (int h = 0; h < Hidden; h++)
                {
                    double a = activations[(row * Hidden) + h], back = 2 * error / Rows * theta[(Inputs * Hidden) + h] * (1 - (a * a));
                    sums[(Inputs * Hidden) + h] += 2 * error / Rows * a;
                    for (int i = 0; i < Inputs; i++)
                        sums[(i * Hidden) + h] += back * x[(row * Inputs) + i];
                }
            }

            for (int i = 0; i < Weights; i++)
                gradient[i] = (float)sums[i];
            optimizer.Step(theta, gradient);
        }

        return loss;
    }

    private static double[] Outputs(float[] theta, float[] x, double[]? activations)
    {
        double[] outputs = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            for (int h = 0; h < Hidden; h++)
            {
                double sum = 0;
                for (int i = 0; i < Inputs; i++)
                    sum += x[(row * Inputs) + i] * theta[(i * Hidden) + h];
                double a = Math.Tanh(sum);
                if (activations is not null)
                    activations[(row * Hidden) + h] = a;
                outputs[row] += a * theta[(Inputs * Hidden) + h];
            }
        }

        return outputs;
    }

    private static float[] TestDraws(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }
}
