using CsCheck;

namespace HpcOpt.Training.Tests.Exercises;

/// <summary>Exercise 3: exponentially weighted momentum on ½aθ², from θ = 1 at rest.</summary>
public sealed class MomentumExercise
{
    private static readonly Gen<double> Curvature = Gen.Double[0.1, 10];
    private static readonly Gen<double> Decay = Gen.Double[0, 0.95];

    [Fact]
    public void Three_successive_points_obey_the_recursion_of_second_order() =>
        Gen.Select(Curvature, Decay, Gen.Double[0.01, 1.5]).Sample((a, delta, share) =>
        {
            double rate = share * StabilityLimits.Momentum(a, delta);
            double[] path = Descend(a, delta, rate, steps: 30);
            double sum = Sum(a, delta, rate);
            for (int t = 1; t < path.Length - 1; t++)
            {
                double size = (Math.Abs(sum) + 2) * (Math.Abs(path[t + 1]) + Math.Abs(path[t]) + Math.Abs(path[t - 1]));
                Assert.Equal((sum * path[t]) - (delta * path[t - 1]), path[t + 1], 1e-14 * size);
            }
        });

    [Fact]
    public void It_converges_below_its_limit_and_diverges_above() =>
        Gen.Select(Curvature, Decay, Gen.Double[0.05, 0.95], Gen.Double[1.05, 2]).Sample((a, delta, below, above) =>
        {
            double limit = StabilityLimits.Momentum(a, delta);
            Assert.InRange(Math.Abs(Descend(a, delta, below * limit, steps: 3000)[^1]), 0, 1e-9);
            Assert.False(Math.Abs(Descend(a, delta, above * limit, steps: 400)[^1]) < 1e6);
        });

    [Fact]
    public void Its_limit_is_wider_than_that_of_gradient_descent() =>
        Gen.Select(Curvature, Gen.Double[0.1, 0.95]).Sample((a, delta) =>
        {
            // Between the two limits momentum converges where gradient descent diverges.
            double rate = (StabilityLimits.GradientDescent(a) + StabilityLimits.Momentum(a, delta)) / 2;
            Assert.InRange(Math.Abs(Descend(a, delta, rate, steps: 3000)[^1]), 0, 1e-9);
            Assert.False(Math.Abs(Descend(a, 0, rate, steps: 3000)[^1]) < 1e6);
        });

    /// <summary>Roots √δ e^{±iφ}: within every half turn, π/φ steps, the sign changes, and √δ^t is all that is lost.</summary>
    [Fact]
    public void Complex_roots_oscillate() =>
        Gen.Select(Curvature, Gen.Double[0.3, 0.95], Gen.Double[0.1, 3]).Sample((a, delta, phi) =>
        {
            double rate = (1 + delta - (2 * Math.Sqrt(delta) * Math.Cos(phi))) / ((1 - delta) * a);
            Assert.True(StabilityLimits.Oscillates(rate, a, delta));
            double[] path = Descend(a, delta, rate, steps: 200);
            int halfTurn = (int)Math.Ceiling(Math.PI / phi) + 1;
            for (int t = 0; t + halfTurn < path.Length; t++)
            {
                double[] turn = path[t..(t + halfTurn + 1)];
                Assert.True(turn.Max() > 0 && turn.Min() < 0, $"φ = {phi}: no change of sign in steps {t} to {t + halfTurn}");
            }

            // θ_{t+1}² - sθ_{t+1}θ_t + δθ_t², which the recursion multiplies by δ in each step.
            double sum = Sum(a, delta, rate);
            double Energy(int t) => (path[t + 1] * path[t + 1]) - (sum * path[t + 1] * path[t]) + (delta * path[t] * path[t]);
            Assert.Equal(1, Energy(100) / (Energy(0) * Math.Pow(delta, 100)), 1e-9);
        });

    [Fact]
    public void Positive_real_roots_never_cross_the_minimum() =>
        Gen.Select(Curvature, Gen.Double[0.1, 0.95], Gen.Double[0.01, 0.99]).Sample((a, delta, share) =>
        {
            double rate = share * Math.Pow(1 - Math.Sqrt(delta), 2) / ((1 - delta) * a);
            Assert.False(StabilityLimits.Oscillates(rate, a, delta));
            Assert.All(Descend(a, delta, rate, steps: 300), theta => Assert.True(theta > 0));
        });

    // The sum of the roots; their product is δ.
    private static double Sum(double a, double delta, double rate) => 1 + delta - (rate * (1 - delta) * a);

    private static double[] Descend(double a, double delta, double rate, int steps)
    {
        using Optimizer<double> optimizer = Optimizer<double>.Create(1, new Momentum { LearningRate = rate, Decay = delta });
        double[] theta = [1];
        double[] path = new double[steps + 1];
        path[0] = 1;
        for (int t = 1; t <= steps; t++)
        {
            optimizer.Step(theta, (double[])[a * theta[0]]);
            path[t] = theta[0];
        }

        return path;
    }
}
