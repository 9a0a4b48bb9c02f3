using System.Numerics;

namespace HpcOpt.Training.Tests;

/// <summary>One line per model: every law of <see cref="ModelLaws"/> runs over it, in float and in double.</summary>
internal static class ModelTable
{
    public const int Rows = 23;

    private static readonly double[] RowWeights = [.. Enumerable.Range(1, Rows).Select(i => 1.0 / i)];

    public static TheoryData<string> Names =>
    [
        .. Estimable, "sparse softmax", "sparse softmax, 20 classes", "perceptron", "perceptron, tanh, values",
        "perceptron, gelu, parts of 4",
    ];

    /// <summary>Those that can be minimised to the last digit: sparse rows are separable, and networks underdetermined.</summary>
    public static TheoryData<string> Estimable =>
    [
        "linear", "linear, 37 features", "logistic", "logistic, 37 features", "softmax", "softmax, 20 classes",
        "poisson", "poisson, 37 features", "nonlinear", "rows", "bowl", "three valleys",
    ];

    public static IModel<T> Create<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => name switch
        {
            "linear" => new LinearRegression<T>(TestData.Random<T>(Rows, 3, classes: 0)),
            "linear, 37 features" => new LinearRegression<T>(TestData.Random<T>(Rows, 37, classes: 0)),
            "logistic" => new LogisticRegression<T>(TestData.Random<T>(Rows, 3, classes: 2)),
            "logistic, 37 features" => new LogisticRegression<T>(TestData.Random<T>(Rows, 37, classes: 2)),
            "softmax" => new SoftmaxRegression<T>(TestData.Random<T>(Rows, 3, classes: 4)),
            "softmax, 20 classes" => new SoftmaxRegression<T>(TestData.Random<T>(Rows, 5, classes: 20)),
            "poisson" => new PoissonRegression<T>(TestData.Counts<T>(Rows, 3)),
            "poisson, 37 features" => new PoissonRegression<T>(TestData.Counts<T>(Rows, 37)),
            "sparse softmax" => new SparseSoftmaxRegression<T>(TestData.Sparse(TestData.Random<T>(Rows, 6, classes: 4))),
            "sparse softmax, 20 classes" => new SparseSoftmaxRegression<T>(TestData.Sparse(TestData.Random<T>(Rows, 9, classes: 20))),
            "perceptron" =>
                new MultilayerPerceptron<T>(TestData.Random<T>(Rows, 3, classes: 4), new() { Hidden = [37] }, TestData.ManagedProducts),
            "perceptron, tanh, values" => new MultilayerPerceptron<T>(
                TestData.Random<T>(Rows, 3, classes: 0), new() { Hidden = [5, 9], Activation = Activation.Tanh }, TestData.ManagedProducts),
            "perceptron, gelu, parts of 4" => new MultilayerPerceptron<T>(
                TestData.Random<T>(Rows, 3, classes: 4), new() { Hidden = [6, 7], Activation = Activation.Gelu, MicroBatch = 4 },
                TestData.ManagedProducts),
            "nonlinear" => new NonlinearLeastSquares<T>(TestData.Random<T>(Rows, 2, classes: 0), parameterCount: 3, Saturation),
            "rows" => new RowObjective<T>(parameterCount: 2, Rows, WeightedQuartic),
            "bowl" => new FunctionObjective<T>(parameterCount: 2, Bowl),
            "three valleys" => new FunctionObjective<T>(parameterCount: 2, ThreeValleys),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, message: null),
        };

    /// <summary>f(x, θ) = θ₀ + θ₁x₀ / (2 + θ₂x₁), IEEE operations alone.</summary>
    private static double Saturation<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> parameters, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T below = T.CreateTruncating(2) + parameters[2] * x[1], ratio = x[0] / below;
        gradient[0] = T.One;
        gradient[1] = ratio;
        gradient[2] = -parameters[1] * ratio * x[1] / below;
        return double.CreateTruncating(parameters[0] + parameters[1] * ratio);
    }

    /// <summary>ℓ_i = w_i (θ₀² + θ₀θ₁ + θ₁⁴), w_i = 1/(i+1).</summary>
    private static double WeightedQuartic<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double x = double.CreateTruncating(parameters[0]), y = double.CreateTruncating(parameters[1]), weight = 0;
        foreach (int i in rows)
        {
            weight += RowWeights[i] / rows.Length;
        }

        gradient[0] = T.CreateTruncating(weight * (2 * x + y));
        gradient[1] = T.CreateTruncating(weight * (x + 4 * y * y * y));
        return weight * (x * x + x * y + y * y * y * y);
    }

    /// <summary>Figure 4.1: 1 + 0.1 x² + y².</summary>
    private static double Bowl<T>(ReadOnlySpan<T> parameters, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double x = double.CreateTruncating(parameters[0]), y = double.CreateTruncating(parameters[1]);
        gradient[0] = T.CreateTruncating(0.2 * x);
        gradient[1] = T.CreateTruncating(2 * y);
        return 1 + 0.1 * x * x + y * y;
    }

    /// <summary>Figure 4.2: ⅔((x²+y-11)² + (x+y²-7)² + (x-4)²(y+2)²).</summary>
    private static double ThreeValleys<T>(ReadOnlySpan<T> parameters, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double x = double.CreateTruncating(parameters[0]), y = double.CreateTruncating(parameters[1]);
        double a = x * x + y - 11, b = x + y * y - 7, c = x - 4, d = y + 2;
        gradient[0] = T.CreateTruncating(2 / 3.0 * (4 * x * a + 2 * b + 2 * c * d * d));
        gradient[1] = T.CreateTruncating(2 / 3.0 * (2 * a + 4 * y * b + 2 * c * c * d));
        return 2 / 3.0 * (a * a + b * b + c * c * d * d);
    }
}
