using System.Numerics;
using CsCheck;

namespace HpcOpt.Training.Tests.Exercises;

/// <summary>
/// Exercise 2: the gradient of m rows out of N, drawn without replacement, has the mean of the full gradient and, in each coordinate, the
/// variance (N-m)/(m(N-1))·S² with S² = (1/N) Σ (z_i - z̄)², z_i being the gradient of row i.
/// </summary>
public sealed class MiniBatchExercise
{
    private const int Parameters = 3;

    [Fact]
    public void Over_all_subsets_the_gradient_is_unbiased_and_has_the_variance_exactly() =>
        Gen.Select(Gen.Int[2, 9], Gen.Double[-2, 2].Array[Parameters], Gen.ULong).Sample((n, theta, seed) =>
        {
            LinearRegression<double> model = Regression(n, seed);
            for (int m = 1; m <= n; m++)
            {
                int[][] subsets = [.. Enumerable.Range(0, 1 << n).Where(set => BitOperations.PopCount((uint)set) == m)
                    .Select(set => Enumerable.Range(0, n).Where(row => (set >> row & 1) == 1).ToArray())];
                Compare(model, theta, m, subsets, meanError: 1e-12, relativeVarianceError: 1e-9);
            }
        }, iter: 20);

    [Fact]
    public void Simulated_by_the_sampler_it_is_and_has()
    {
        const int Rows = 40, Draws = 20_000;
        LinearRegression<double> model = Regression(Rows, seed: 5);
        foreach (int m in (int[])[1, 8, 32])
        {
            RandomPartition sampler = new(Rows, m);
            Compare(model, [0.3, -1, 0.5], m, [.. Enumerable.Range(0, Draws).Select(epoch => sampler.Epoch(7, (ulong)epoch)[0].ToArray())],
                meanError: 0.05, relativeVarianceError: 0.06);
        }
    }

    [Fact]
    public void With_replacement_the_variance_is_larger_by_the_finite_population_correction()
    {
        const int Rows = 40, Batch = 32;
        LinearRegression<double> model = Regression(Rows, seed: 5);
        double[] theta = [0.3, -1, 0.5];
        WithReplacement sampler = new(Rows, Batch);
        (_, double[] variance) =
            Moments(model, theta, [.. Enumerable.Range(0, 20_000).Select(epoch => sampler.Epoch(7, (ulong)epoch)[0].ToArray())]);
        (_, double[] ofRows) = Moments(model, theta, [.. Enumerable.Range(0, Rows).Select(row => (int[])[row])]);
        Assert.All(variance.Zip(ofRows), pair => Assert.Equal(1, pair.First / (pair.Second / Batch), 0.06));
    }

    private static void Compare(
        LinearRegression<double> model, double[] theta, int m, int[][] batches, double meanError, double relativeVarianceError)
    {
        int n = model.RowCount;
        (double[] mean, double[] variance) = Moments(model, theta, batches);
        (double[] full, double[] ofRows) = Moments(model, theta, [.. Enumerable.Range(0, n).Select(row => (int[])[row])]);
        for (int j = 0; j < theta.Length; j++)
        {
            Assert.Equal(full[j], mean[j], meanError * Math.Max(1, Math.Sqrt(ofRows[j])));
            double expected = (n - m) / (m * (n - 1.0)) * ofRows[j];
            Assert.Equal(expected, variance[j], (relativeVarianceError * expected) + (1e-14 * ofRows[j]));
        }
    }

    /// <summary>Mean and population variance of each coordinate of the batches' gradients.</summary>
    private static (double[] Mean, double[] Variance) Moments(LinearRegression<double> model, double[] theta, int[][] batches)
    {
        double[][] gradients = Array.ConvertAll(batches, batch =>
        {
            double[] gradient = new double[theta.Length];
            model.Gradient(theta, batch, gradient);
            return gradient;
        });
        double[] mean = [.. Enumerable.Range(0, theta.Length).Select(j => gradients.Average(g => g[j]))];
        return (mean, [.. mean.Select((center, j) => gradients.Average(g => (g[j] - center) * (g[j] - center)))]);
    }

    private static LinearRegression<double> Regression(int rows, ulong seed)
    {
        Philox random = new(seed, stream: 0);
        double Next() => (random.NextUInt32() * Math.ScaleB(1, -31)) - 1;
        double[] features = new double[rows * (Parameters - 1)];
        double[] targets = new double[rows];
        foreach (ref double x in features.AsSpan())
        {
            x = Next();
        }

        foreach (ref double y in targets.AsSpan())
        {
            y = Next();
        }

        return new(new(features, targets, ["x1", "x2"]));
    }
}
