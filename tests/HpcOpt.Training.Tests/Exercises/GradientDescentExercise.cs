using CsCheck;

namespace HpcOpt.Training.Tests.Exercises;

/// <summary>Exercise 1: gradient descent on ½(aθ₁² + bθ₂²) with a > b > 0.</summary>
public sealed class GradientDescentExercise
{
    // a, b = share·a, and the rate as a share of the limit 2/a.
    private static readonly Gen<(double A, double B)> Curvatures =
        Gen.Select(Gen.Double[0.1, 10], Gen.Double[0.01, 0.9], (a, share) => (a, share * a));

    [Fact]
    public void Each_step_multiplies_by_one_minus_rate_times_curvature() =>
        Gen.Select(Curvatures, Gen.Double[0, 3]).Sample((curvatures, share) =>
        {
            double rate = share * StabilityLimits.GradientDescent(curvatures.A);
            double[][] path = Descend(curvatures, rate, steps: 20);
            foreach ((double[] before, double[] after) in path.Zip(path.Skip(1)))
            {
                Near(before[0], 1 - (rate * curvatures.A), after[0], rate * curvatures.A);
                Near(before[1], 1 - (rate * curvatures.B), after[1], rate * curvatures.B);
            }
        });

    [Fact]
    public void It_converges_below_two_over_a_and_diverges_above() =>
        Gen.Select(Curvatures, Gen.Double[0.02, 0.98], Gen.Double[1.02, 2]).Sample((curvatures, below, above) =>
        {
            double limit = StabilityLimits.GradientDescent(curvatures.A);
            double[] last = Descend(curvatures, below * limit, steps: 60_000)[^1];
            Assert.InRange(Math.Abs(last[0]), 0, 1e-9);
            Assert.InRange(Math.Abs(last[1]), 0, 1e-9);
            Assert.False(Math.Abs(Descend(curvatures, above * limit, steps: 1000)[^1][0]) < 1e9);
        }, iter: 20);

    [Fact]
    public void At_the_limit_it_jumps_to_and_fro_for_ever()
    {
        // Powers of 2: nothing is rounded.
        double[][] path = Descend((4, 1), StabilityLimits.GradientDescent(4), steps: 1001);
        Assert.Equal((-1, Math.ScaleB(1, -1001)), (path[^1][0], path[^1][1]));
    }

    /// <summary>Steep and flat directions want different rates: none contracts both faster than (a-b)/(a+b), as η = 2/(a+b) does.</summary>
    [Fact]
    public void One_rate_serves_steep_and_flat_directions_badly() =>
        Gen.Select(Curvatures, Gen.Double[0.01, 2]).Sample((curvatures, share) =>
        {
            (double a, double b) = curvatures;
            double best = (a - b) / (a + b);
            Assert.Equal(best, Contraction(2 / (a + b)), 1e-12);
            Assert.True(Contraction(share * StabilityLimits.GradientDescent(a)) >= best - 1e-12);

            double Contraction(double rate)
            {
                double[] once = Descend(curvatures, rate, steps: 1)[^1];
                return Math.Max(Math.Abs(once[0]), Math.Abs(once[1]));
            }
        });

    private static double[][] Descend((double A, double B) curvatures, double rate, int steps)
    {
        using Optimizer<double> optimizer = Optimizer<double>.Create(2, new Sgd { LearningRate = rate });
        double[] theta = [1, 1];
        double[][] path = new double[steps + 1][];
        path[0] = [.. theta];
        for (int t = 1; t <= steps; t++)
        {
            optimizer.Step(theta, (double[])[curvatures.A * theta[0], curvatures.B * theta[1]]);
            path[t] = [.. theta];
        }

        return path;
    }

    // η, g = aθ and the step are rounded once each, and so is what is expected: relatively, or by the smallest number for vanishing θ.
    private static void Near(double before, double factor, double after, double rateTimesCurvature) =>
        Assert.Equal(factor * before, after,
            (4 * 2.3e-16 * (1 + rateTimesCurvature) * Math.Abs(before)) + (2 * double.Epsilon * (1 + rateTimesCurvature)));
}
