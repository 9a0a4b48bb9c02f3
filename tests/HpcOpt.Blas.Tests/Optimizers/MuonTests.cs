namespace HpcOpt.Blas.Tests;

public class MuonTests
{
    [Theory]
    [InlineData(24, 24)]
    [InlineData(40, 8)]
    [InlineData(8, 40)]
    public void Singular_values_of_the_update_are_near_1(int rows, int columns)
    {
        // The update of the first step is the orthogonalised gradient itself.
        double[] theta = new double[rows * columns];
        using Optimizer<double> muon = new Muon { LearningRate = 1 }.CreateOptimizer<double>(Matrix(rows, columns));
        muon.Step(theta, TestData.Numbers<double>(theta.Length, 5).Select(x => Math.Clamp(x, -3, 3)).ToArray());

        double s = Math.Sqrt(Math.Max(1, (double)rows / columns));
        int side = Math.Min(rows, columns);
        double[] gram = new double[side * side], squares = new double[side];
        var update = new MatrixSpan<double>(theta, rows, columns);
        LinearAlgebra.Default.Syrk(1, rows <= columns ? update : update.Transposed, 0, new MatrixSpan<double>(gram, side, side));
        LinearAlgebra.Default.SymmetricEigen(new MatrixSpan<double>(gram, side, side), squares);
        Assert.All(squares[(side / 8)..], square => Assert.InRange(Math.Sqrt(square) / s, 0.65, 1.2));
    }

    [Fact]
    public void The_size_of_the_gradient_does_not_matter_above_epsilon()
    {
        double[] gradient = TestData.Numbers<double>(48, 3), plain = new double[48], larger = new double[48], tiny = new double[48];
        foreach ((double[] theta, double scale) in ((double[], double)[])[(plain, 1), (larger, 1024), (tiny, Math.ScaleB(1, -60))])
        {
            using Optimizer<double> muon = new Muon().CreateOptimizer<double>(Matrix(6, 8));
            for (int t = 0; t < 3; t++)
                muon.Step(theta, gradient.Select(x => x * scale).ToArray());
        }

        Assert.Equal(plain, larger);
        Assert.InRange(tiny.Max(Math.Abs), 0, 1e-3 * plain.Max(Math.Abs));
    }

    [Fact]
    public void Squares_beyond_the_range_of_numbers_do_no_harm()
    {
        float[] gradient = TestData.Numbers<float>(48, 3), plain = new float[48], huge = new float[48];
        foreach ((float[] theta, float scale) in ((float[], float)[])[(plain, 1), (huge, MathF.ScaleB(1, 90))])
        {
            using Optimizer<float> muon = new Muon().CreateOptimizer<float>(Matrix(6, 8));
            muon.Step(theta, gradient.Select(x => x * scale).ToArray());
        }

        Assert.Equal(plain, huge);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        float[] theta = TestData.Numbers<float>(MatrixTrajectories.Start.Length, 1), gradient = TestData.Numbers<float>(theta.Length, 2);
        using Optimizer<float> muon = new Muon().CreateOptimizer<float>(
            MatrixTrajectories.Layout, new LinearAlgebra("managed", TestData.Plain));
        for (int t = 0; t < 200; t++)
            muon.Step(theta, gradient);
        Assert.Equal(0, Allocation.Least(100, () =>
        {
            muon.LearningRate *= 0.999;
            muon.Step(theta, gradient);
        }));
    }

    [Fact]
    public void Decay_is_decoupled()
    {
        double[] theta = [.. Enumerable.Repeat(2.0, 12), .. Enumerable.Repeat(3.0, 4)];
        Muon rule = new() { LearningRate = 0.1, WeightDecay = 0.5, AdamRateFactor = 0.2, AdamWeightDecay = 0.25 };
        using Optimizer<double> muon = rule.CreateOptimizer<double>(ParameterLayout.Pack(("matrix", [3, 4]), ("bias", [4])));
        muon.Step(theta, new double[16]);
        Assert.All(theta[..12], x => Assert.Equal(2 * 0.95, x, 1e-15));
        Assert.All(theta[12..], x => Assert.Equal(3 * (1 - (0.1 * 0.2 * 0.25)), x, 1e-15));
    }

    [Fact]
    public void What_is_no_matrix_takes_the_steps_of_AdamW()
    {
        double[] theta = TestData.Numbers<double>(30, 1), expected = theta[12..];
        using Optimizer<double> muon = new Muon { AdamRateFactor = 0.5, AdamSegments = ["table"] }
            .CreateOptimizer<double>(ParameterLayout.Pack(("matrix", [3, 4]), ("bias", [4]), ("table", [2, 7])));
        Assert.Equal(["matrix.momentum", "bias.m", "bias.v", "table.m", "table.v"], muon.State.Select(vector => vector.Name));
        using Optimizer<double> adamW = Optimizer<double>.Create(
            18, new AdamW { LearningRate = 0.01, Beta2 = 0.95, Epsilon = 1e-10, WeightDecay = 0 });
        for (int t = 0; t < 4; t++)
        {
            double[] gradient = TestData.Numbers<double>(30, 5 + t);
            muon.Step(theta, gradient);
            adamW.Step(expected, gradient.AsSpan(12));
        }

        Assert.Equal(expected, theta[12..]);
    }

    [Fact]
    public void Hyperparameters_are_checked_when_set_and_may_change_between_steps()
    {
        Assert.StartsWith("Momentum must be at least 0 and less than 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Muon { Momentum = 1 }).Message, StringComparison.Ordinal);
        Assert.StartsWith("Iterations must be at least 1 and at most 100.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Muon { Iterations = 0 }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Muon { Epsilon = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Muon { AdamBeta2 = double.NaN });
        Assert.StartsWith("There is no segment 'w'", Assert.Throws<ArgumentException>(
            () => new Muon { AdamSegments = ["w"] }.CreateOptimizer<float>(Matrix(2, 2))).Message, StringComparison.Ordinal);
        Assert.StartsWith("default(Muon) holds no hyperparameters",
            Assert.Throws<ArgumentException>(() => default(Muon).CreateOptimizer<float>(Matrix(2, 2))).Message, StringComparison.Ordinal);

        using MatrixOptimizer<double, Muon> muon = new Muon().CreateOptimizer<double>(Matrix(2, 2));
        double[] theta = [1, 2, 3, 4];
        muon.Rule = muon.Rule with { LearningRate = 0 };
        muon.Step(theta, (double[])[1, 2, 3, 5]);
        Assert.Equal([1, 2, 3, 4], theta);
        Assert.Throws<ArgumentException>(() => muon.Rule = muon.Rule with { AdamSegments = ["matrix"] });
    }

    private static ParameterLayout Matrix(nint rows, nint columns) => ParameterLayout.Pack(("matrix", [rows, columns]));
}
