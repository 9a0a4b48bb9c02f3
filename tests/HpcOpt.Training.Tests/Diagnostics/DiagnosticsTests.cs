namespace HpcOpt.Training.Tests.Diagnostics;

public sealed class DiagnosticsTests
{
    [Fact]
    public void The_largest_curvature_of_a_quadratic_is_its_largest_eigenvalue()
    {
        // ½θᵀHθ with the eigenvalues 5, 2 and -1, turned by an angle in the first two coordinates.
        (double c, double s) = (0.6, 0.8);
        double h00 = (5 * c * c) + (2 * s * s), h11 = (5 * s * s) + (2 * c * c), h01 = (5 - 2) * c * s;
        FunctionObjective<double> quadratic = new(3, (theta, g) =>
        {
            (g[0], g[1], g[2]) = ((h00 * theta[0]) + (h01 * theta[1]), (h01 * theta[0]) + (h11 * theta[1]), -theta[2]);
            return 0.5 * ((theta[0] * g[0]) + (theta[1] * g[1]) + (theta[2] * g[2]));
        });
        Curvature curvature = Curvature.Largest<double>(quadratic, [1, 2, 3], tolerance: 1e-8);
        Assert.Equal(5, curvature.Value, 1e-6);
        Assert.True(curvature.HasConverged);
        Assert.False(Curvature.Largest<double>(quadratic, [1, 2, 3], maxIterations: 2).HasConverged);
        FunctionObjective<double> saddle = new(1, (theta, g) => -1.5 * theta[0] * (g[0] = -3 * theta[0]) / -1);
        Assert.Equal(-3, Curvature.Largest<double>(saddle, [0.5]).Value, 1e-6);
        Assert.Equal(0, Curvature.Largest<double>(new FunctionObjective<double>(1, (_, g) => g[0] = 0), [1]).Value);
    }

    [Fact]
    public void The_largest_curvature_of_least_squares_is_that_of_its_second_moments()
    {
        // One feature and the intercept: H = [[mean x², mean x], [mean x, 1]].
        double[] x = [1, 2, 4, 7];
        LinearRegression<double> model = new(new DataSet<double>(x, [1, 1, 2, 3], ["x"]));
        (double m1, double m2) = (x.Average(), x.Average(value => value * value));
        double expected = ((m2 + 1) / 2) + Math.Sqrt(Math.Pow((m2 - 1) / 2, 2) + (m1 * m1));
        Assert.Equal(expected, Curvature.Largest<double>(model, [0, 0], tolerance: 1e-10).Value, 1e-6);
    }

    [Fact]
    public void Gradient_descent_converges_below_the_limit_from_the_estimated_curvature_and_diverges_above()
    {
        LinearRegression<double> model = new(new DataSet<double>([1, 2, 4, 7], [1, 1, 2, 3], ["x"]));
        double limit = StabilityLimits.GradientDescent(Curvature.Largest<double>(model, [0, 0], tolerance: 1e-10).Value);
        Assert.True(LossAfter(0.99 * limit) < 0.1);
        Assert.True(LossAfter(1.01 * limit) > 1e3);

        double LossAfter(double rate)
        {
            double[] theta = [0, 0];
            using Optimizer<double> optimizer = Optimizer<double>.Create(2, new Sgd { LearningRate = rate });
            double[] gradient = new double[2];
            for (int t = 0; t < 2000; t++)
            {
                model.Gradient(theta, [0, 1, 2, 3], gradient);
                optimizer.Step(theta, gradient);
            }

            return model.Loss(theta);
        }
    }

    [Fact]
    public void Stability_limits_are_those_of_the_chapter()
    {
        Assert.Equal(0.5, StabilityLimits.GradientDescent(4));
        Assert.Equal(2 * 1.9 / (0.1 * 4), StabilityLimits.Momentum(4, 0.9), 1e-12);
        Assert.Equal(StabilityLimits.GradientDescent(4), StabilityLimits.Momentum(4, 0));
        Assert.True(StabilityLimits.Oscillates(1, 4, 0.9));
        Assert.False(StabilityLimits.Oscillates(1e-4, 4, 0.9));
        Assert.Throws<ArgumentOutOfRangeException>(() => StabilityLimits.GradientDescent(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => StabilityLimits.Momentum(1, 1));
    }

    [Fact]
    public void Both_noise_estimates_are_unbiased_over_all_draws()
    {
        // Gradients of rows: 1, 2, 4. All 27 draws of K = 3 micro-batches of one row, with replacement.
        double[] rows = [1, 2, 4];
        List<(double Square, double Trace)> estimates = [];
        foreach (double a in rows)
        {
            foreach (double b in rows)
            {
                foreach (double c in rows)
                {
                    GradientNoise noise = new(1, rowsPerMicroBatch: 1);
                    noise.Add<double>([a]);
                    noise.Add<double>([b]);
                    noise.Add<double>([c]);
                    estimates.Add((noise.SquaredGradient, noise.CovarianceTrace));
                }
            }
        }

        double mean = rows.Average();
        Assert.Equal(mean * mean, estimates.Average(estimate => estimate.Square), 1e-12);
        Assert.Equal(rows.Average(g => (g - mean) * (g - mean)), estimates.Average(estimate => estimate.Trace), 1e-12);
    }

    [Fact]
    public void The_noise_of_a_model_is_that_of_its_rows()
    {
        // ½(θ - y)² at θ = 0: the gradient of a row is -y.
        double[] y = [.. Enumerable.Range(0, 50).Select(i => 3 + (i % 5))];
        RowObjective<double> model = new(1, y.Length, (theta, rows, g) =>
        {
            g[0] = 0;
            double loss = 0;
            foreach (int row in rows)
            {
                g[0] += (theta[0] - y[row]) / rows.Length;
                loss += 0.5 * (theta[0] - y[row]) * (theta[0] - y[row]) / rows.Length;
            }

            return loss;
        });
        GradientNoise noise = GradientNoise.Of<double>(model, [0], rowsPerMicroBatch: 4, microBatches: 5000);
        Assert.Equal(25, noise.SquaredGradient, 0.2);
        Assert.Equal(2, noise.CovarianceTrace, 0.15);
        Assert.Equal(2 / 25.0, noise.Scale, 0.01);
        Assert.Throws<InvalidOperationException>(() => new GradientNoise(1, 1).Scale);
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientNoise.Of<double>(model, [0], microBatches: 1));
    }

    [Fact]
    public void The_range_test_finds_where_descent_works()
    {
        // On ½·10·θ² descent converges below 0.2; the run must end where it explodes, and leave θ alone.
        FunctionObjective<double> quadratic = new(1, (theta, g) =>
        {
            g[0] = 10 * theta[0];
            return 5 * theta[0] * theta[0];
        });
        double[] theta = [1];
        RangeTest test = RangeTest.Run<double>(
            quadratic, theta, () => Optimizer<double>.Create(1, new Sgd()), new FullBatch(1), from: 1e-4, to: 10, steps: 200);
        Assert.True(test.HasDiverged);
        Assert.Equal([1], theta);
        Assert.Equal(1e-4, test.Rates[0]);
        Assert.InRange(test.SuggestedRate, 1e-3, 0.1);

        // By 0.2 the loss has all but vanished, and takes some steps to grow again.
        Assert.InRange(test.HighestRate, test.SuggestedRate, 2);
        Assert.Equal(test.Rates.Count, test.SmoothedLosses.Count);
        Assert.All(test.Rates.Zip(test.Rates.Skip(1)), pair => Assert.Equal(Math.Pow(1e5, 1.0 / 199), pair.Second / pair.First, 1e-9));
        Assert.False(RangeTest.Run<double>(
            quadratic, theta, () => Optimizer<double>.Create(1, new Sgd()), new FullBatch(1), from: 1e-6, to: 1e-3).HasDiverged);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => RangeTest.Run<double>(quadratic, theta, () => Optimizer<double>.Create(1, new Sgd()), new FullBatch(1), from: 1, to: 1));
    }
}
