using System.Numerics;
using System.Text.Json;

namespace HpcOpt.Training.Tests;

/// <summary>L-BFGS reaches the estimates of independent programs, and Newton's method written here.</summary>
public sealed class LbfgsEstimateTests
{
    private static readonly Lbfgs Exact = new() { GradientTolerance = 1e-10 };

    [Theory]
    [InlineData("spector.csv")]
    [InlineData("grunfeld.csv")]
    public void It_reaches_the_published_estimates(string file)
    {
        using Stream stream = TestData.Open("estimates.json");
        JsonElement golden = JsonDocument.Parse(stream).RootElement.GetProperty(file);
        (IModel<double> model, Standardizer standardizer) = Model<double>(golden, file);
        double[] theta = new double[model.ParameterCount];
        TrainingResult result = Exact.Minimize(model, theta);
        Assert.Equal(StopReason.GradientTolerance, result.Stop);
        Assert.InRange(result.Evaluations!.Value, 5, 40);
        Near(golden, standardizer.Coefficients<double>(theta), 1e-8);
        if (golden.TryGetProperty("mean_loss", out JsonElement loss))
        {
            Assert.Equal(loss.GetDouble(), result.TrainLoss, tolerance: 1e-12);
        }

        (IModel<float> single, standardizer) = Model<float>(golden, file);
        float[] rounded = new float[theta.Length];
        Assert.Equal(StopReason.GradientTolerance, new Lbfgs { GradientTolerance = 1e-5 }.Minimize(single, rounded).Stop);
        Near(golden, standardizer.Coefficients<float>(rounded), 2e-4);
    }

    [Fact]
    public void It_agrees_with_Newton_on_counts()
    {
        DataSet<double> raw = TestData.Table("grunfeld-counts.csv").ToDataSet("count", TargetKind.Count);
        Standardizer standardizer = new(raw, keepTarget: true);
        DataSet<double> data = standardizer.Transform<double>(raw);
        double[] theta = new double[data.FeatureCount + 1];
        TrainingResult result = Exact.Minimize(new PoissonRegression<double>(data), theta);
        Assert.Equal(StopReason.GradientTolerance, result.Stop);
        double[] newton = NewtonPoisson(data);
        Assert.All(theta.Zip(newton), pair => Assert.InRange(pair.First / pair.Second, 1 - 1e-8, 1 + 1e-8));
        using Stream stream = TestData.Open("poisson-estimates.json");
        Near(JsonDocument.Parse(stream).RootElement, standardizer.Coefficients<double>(theta), 1e-8);
    }

    [Fact]
    public void It_fits_a_nonlinear_function()
    {
        // y = 3e^(-0.7x) without error: the residuals vanish.
        double[] x = [.. Enumerable.Range(0, 12).Select(i => 0.3 * i)];
        DataSet<double> data = new(x, [.. x.Select(v => 3 * Math.Exp(-0.7 * v))], ["x"]);
        NonlinearLeastSquares<double> model = new(data, parameterCount: 2, (row, theta, gradient) =>
        {
            double e = Math.Exp(theta[1] * row[0]);
            (gradient[0], gradient[1]) = (e, theta[0] * row[0] * e);
            return theta[0] * e;
        });
        double[] theta = [1, 0];
        Assert.Equal(StopReason.GradientTolerance, Exact.Minimize(model, theta).Stop);
        Assert.Equal(3, theta[0], tolerance: 1e-8);
        Assert.Equal(-0.7, theta[1], tolerance: 1e-8);
    }

    private static (IModel<T> Model, Standardizer Standardizer) Model<T>(JsonElement golden, string file)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool logistic = golden.GetProperty("model").GetString() == "logistic";
        string[] features = [.. golden.GetProperty("features").EnumerateArray().Select(name => name.GetString()!)];
        DataSet<double> raw = TestData.Table(file).ToDataSet(
            golden.GetProperty("target").GetString()!, logistic ? TargetKind.ZeroOne : TargetKind.Value, features);
        Standardizer standardizer = new(raw);
        DataSet<T> data = standardizer.Transform<T>(raw);
        return (logistic ? new LogisticRegression<T>(data) : new LinearRegression<T>(data), standardizer);
    }

    private static void Near(JsonElement golden, IReadOnlyDictionary<string, double> coefficients, double tolerance) =>
        Assert.All(golden.GetProperty("coefficients").EnumerateObject(), expected =>
            Assert.InRange(coefficients[expected.Name] / expected.Value.GetDouble(), 1 - tolerance, 1 + tolerance));

    // θ ← θ - (Xᵀ diag(μ) X)⁻¹ Xᵀ(μ - y), X with a last column of ones, until the step is rounding.
    private static double[] NewtonPoisson(DataSet<double> data)
    {
        int m = data.FeatureCount + 1;
        double[] theta = new double[m];
        theta[^1] = Math.Log(data.Targets.ToArray().Average());
        for (int iteration = 0; iteration < 50; iteration++)
        {
            double[,] hessian = new double[m, m];
            double[] gradient = new double[m];
            for (int i = 0; i < data.RowCount; i++)
            {
                double[] x = [.. data.Row(i), 1];
                double mean = Math.Exp(x.Zip(theta, (a, b) => a * b).Sum());
                for (int j = 0; j < m; j++)
                {
                    gradient[j] += x[j] * (mean - data.Targets[i]);
                    for (int k = 0; k < m; k++)
                    {
                        hessian[j, k] += x[j] * mean * x[k];
                    }
                }
            }

            double[] step = SolveByCholesky(hessian, gradient);
            theta = [.. theta.Zip(step, (a, b) => a - b)];
            if (step.Max(Math.Abs) < 1e-14)
            {
                break;
            }
        }

        return theta;
    }

    // A = LLᵀ, Lz = b, Lᵀx = z.
    private static double[] SolveByCholesky(double[,] a, double[] b)
    {
        int m = b.Length;
        double[,] l = new double[m, m];
        for (int j = 0; j < m; j++)
        {
            for (int i = j; i < m; i++)
            {
                double sum = a[i, j];
                for (int k = 0; k < j; k++)
                {
                    sum -= l[i, k] * l[j, k];
                }

                l[i, j] = i == j ? Math.Sqrt(sum) : sum / l[j, j];
            }
        }

        double[] x = [.. b];
        for (int i = 0; i < m; i++)
        {
            for (int k = 0; k < i; k++)
            {
                x[i] -= l[i, k] * x[k];
            }

            x[i] /= l[i, i];
        }

        for (int i = m - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < m; k++)
            {
                x[i] -= l[k, i] * x[k];
            }

            x[i] /= l[i, i];
        }

        return x;
    }
}
