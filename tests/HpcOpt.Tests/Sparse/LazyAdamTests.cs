namespace HpcOpt.Tests.Sparse;

/// <summary>Lazy Adam and AdamW against plain code in double: moments and decay at every step, movement only with a gradient.</summary>
public class LazyAdamTests
{
    private const double Rate = 0.01;
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.99;
    private const double Epsilon = 1e-8;

    [Theory, InlineData(0), InlineData(0.3)]
    public void Equals_plain_code(double weightDecay)
    {
        const int Length = 11, Steps = 200;
        using Optimizer<double> optimizer = weightDecay == 0
            ? Optimizer<double>.Create(Length, new Adam { LearningRate = Rate, Beta1 = Beta1, Beta2 = Beta2, Epsilon = Epsilon })
            : Optimizer<double>.Create(
                Length, new AdamW { LearningRate = Rate, Beta1 = Beta1, Beta2 = Beta2, Epsilon = Epsilon, WeightDecay = weightDecay });
        double[] theta = TestData.Numbers<double>(Length, 1), expected = [.. theta], m = new double[Length], v = new double[Length];
        SparseGradient<double> gradient = new(Length);
        var random = new Random(5);
        for (int t = 1; t <= Steps; t++)
        {
            gradient.Clear();
            for (int i = 0; i < Length; i++)
            {
                expected[i] *= 1 - (Rate * weightDecay);
                m[i] *= Beta1;
                v[i] *= Beta2;
                if (random.Next(6) != 0)
                    continue;
                double g = random.NextDouble() - 0.3;
                gradient.Add([i], [g]);
                m[i] += (1 - Beta1) * g;
                v[i] += (1 - Beta2) * g * g;
                double corrected = m[i] / (1 - Math.Pow(Beta1, t)), root = Math.Sqrt(v[i] / (1 - Math.Pow(Beta2, t)));
                expected[i] -= Rate * corrected / (root + Epsilon);
            }

            optimizer.Step(theta, gradient);
        }

        optimizer.Flush(theta);
        for (int i = 0; i < Length; i++)
        {
            Assert.Equal(expected[i], theta[i], 1e-12 * Math.Max(1, Math.Abs(expected[i])));
            Assert.Equal(m[i], optimizer.State[0].AsSpan<double>()[i], 1e-14);
            Assert.Equal(v[i], optimizer.State[1].AsSpan<double>()[i], 1e-14);
        }
    }
}
