namespace HpcOpt.Training.Tests.Diagnostics;

public sealed class GradientCheckTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(-1, 2)]
    [InlineData(0.5, 0.5)]
    [InlineData(0, 1)]
    public void A_wrong_factor_shows_by_its_size(double factor, double error)
    {
        // L = 3θ₀ + θ₁², at (1, 5): g = (3, 10); the second component carries the factor.
        GradientCheckResult result = GradientCheck.Run<double>(new FunctionObjective<double>(2, (theta, gradient) =>
        {
            (gradient[0], gradient[1]) = (3, factor * 2 * theta[1]);
            return 3 * theta[0] + theta[1] * theta[1];
        }), [1, 5]);
        Assert.Equal(error, result.MaxRelativeError, tolerance: 1e-8);
        Assert.Equal(factor * 10, result.Gradient[1]);
        Assert.Equal(10, result.Differences[1], tolerance: 1e-8);
        if (error > 0)
        {
            Assert.Equal(1, result.WorstParameter);
        }
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.NaN)]
    [InlineData(double.PositiveInfinity, 0)]
    public void What_is_not_finite_passes_no_tolerance(double gradientOfFirst, double gradientOfSecond)
    {
        GradientCheckResult result = GradientCheck.Run<double>(new FunctionObjective<double>(2, (_, gradient) =>
        {
            (gradient[0], gradient[1]) = (gradientOfFirst, gradientOfSecond);
            return 0;
        }), [1, 5]);
        Assert.Equal(double.NaN, result.MaxRelativeError);
    }

    [Fact]
    public void A_gradient_of_zeros_is_exact() =>
        Assert.Equal(
            0, GradientCheck.Run<double>(new FunctionObjective<double>(1, (_, gradient) => gradient[0] = 0), [1]).MaxRelativeError);

    [Fact]
    public void It_looks_at_the_batch_alone()
    {
        // Row 1 has a wrong gradient.
        RowObjective<double> model = new(1, 2, (theta, rows, gradient) =>
        {
            gradient[0] = rows.Contains(1) ? 7 : 2 * theta[0];
            return theta[0] * theta[0];
        });
        Assert.InRange(GradientCheck.Run<double>(model, [1], [0]).MaxRelativeError, 0, 1e-9);
        Assert.InRange(GradientCheck.Run<double>(model, [1]).MaxRelativeError, 0.5, 1);
    }
}
