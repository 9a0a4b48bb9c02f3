namespace HpcOpt.Blas.Tests;

public class ShampooTests
{
    [Fact]
    public void Diagonal_gradients_have_the_closed_form()
    {
        // L = R = diag(Σd²): θᵢ ← θᵢ - ηdᵢ/√(Σdᵢ² + ε), and nothing beside the diagonal moves.
        const int Side = 5;
        double[] theta = new double[Side * Side], expected = new double[Side], squares = new double[Side];
        using Optimizer<double> shampoo =
            new Shampoo { LearningRate = 0.3, Epsilon = 0.01, RootInterval = 1 }.CreateOptimizer<double>(Matrix(Side, Side));
        for (int t = 1; t <= 4; t++)
        {
            double[] gradient = new double[Side * Side];
            for (int i = 0; i < Side; i++)
            {
                double d = gradient[i * (Side + 1)] = Math.Sin((3 * i) + t) * (i + 1);
                squares[i] += d * d;
                expected[i] -= 0.3 * d / Math.Sqrt(squares[i] + 0.01);
            }

            shampoo.Step(theta, gradient);
        }

        for (int i = 0; i < theta.Length; i++)
            Assert.Equal(i % (Side + 1) == 0 ? expected[i / (Side + 1)] : 0, theta[i], 1e-13);
    }

    [Fact]
    public void The_diagonal_form_is_that_of_sums_of_squares()
    {
        double[] matrix = new double[6], vector = new double[3];
        using Optimizer<double> shampoo =
            new Shampoo { LearningRate = 1, Epsilon = 1e-3, MaxDimension = 0 }.CreateOptimizer<double>(Matrix(2, 3));
        shampoo.Step(matrix, (double[])[1, 2, 3, 4, 5, 6]);
        (double[] rows, double[] columns) = ([14, 77], [17, 29, 45]);
        for (int i = 0; i < 6; i++)
            Assert.Equal(-(i + 1) / Math.Sqrt(Math.Sqrt((rows[i / 3] + 1e-3) * (columns[i % 3] + 1e-3))), matrix[i], 1e-14);

        using Optimizer<double> ofVector = new Shampoo { LearningRate = 1, Epsilon = 1e-3, MaxDimension = 2 }.CreateOptimizer<double>(
            ParameterLayout.Pack(("bias", [3])));
        ofVector.Step(vector, (double[])[1, -2, 0]);
        Assert.Equal([-1 / Math.Sqrt(1.001), 2 / Math.Sqrt(4.001), 0], vector);
    }

    [Fact]
    public void Roots_serve_until_they_are_due()
    {
        using Optimizer<double> shampoo = new Shampoo { RootInterval = 4 }.CreateOptimizer<double>(Matrix(3, 3));
        Assert.Equal(["matrix.left", "matrix.leftRoot", "matrix.right", "matrix.rightRoot"], shampoo.State.Select(vector => vector.Name));
        List<int> renewed = [];
        double[] theta = new double[9], last = [];
        for (int t = 1; t <= 12; t++)
        {
            shampoo.Step(theta, TestData.Numbers<double>(9, t));
            double[] root = shampoo.State[1].AsSpan<double>().ToArray();
            if (!root.SequenceEqual(last))
                renewed.Add(t);
            last = root;
        }

        Assert.Equal([1, 2, 3, 4, 8, 12], renewed);
    }

    [Fact]
    public void Hyperparameters_are_checked_when_set_and_may_change_between_steps()
    {
        Assert.StartsWith("RootInterval must be at least 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Shampoo { RootInterval = 0 }).Message, StringComparison.Ordinal);
        Assert.StartsWith("MaxDimension must be at least 0 and at most 16384.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Shampoo { MaxDimension = 20000 }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shampoo { Epsilon = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shampoo { WeightDecay = -1 });

        using MatrixOptimizer<float, Shampoo> shampoo = new Shampoo { Momentum = 0.5 }.CreateOptimizer<float>(Matrix(2, 3));
        shampoo.Rule = shampoo.Rule with { Momentum = 0.9, RootInterval = 2, Epsilon = 1 };
        Assert.Contains("needs other state than",
            Assert.Throws<ArgumentException>(() => shampoo.Rule = shampoo.Rule with { Momentum = 0 }).Message, StringComparison.Ordinal);
        Assert.Contains("needs other state than", Assert.Throws<ArgumentException>(
            () => shampoo.Rule = shampoo.Rule with { MaxDimension = 2 }).Message, StringComparison.Ordinal);
    }

    private static ParameterLayout Matrix(nint rows, nint columns) => ParameterLayout.Pack(("matrix", [rows, columns]));
}
