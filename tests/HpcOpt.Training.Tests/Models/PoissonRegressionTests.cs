namespace HpcOpt.Training.Tests.Models;

public sealed class PoissonRegressionTests
{
    // -ln P(y) by hand: e^z - yz + ln y!.
    [Theory]
    [InlineData(0.0, 0.0, 1.0)]
    [InlineData(3.0, 0.0, 2.791759469228055)]
    [InlineData(2.0, 1.0, 1.4114290090189905)]
    [InlineData(100.0, 4.5, 3.7565068560852524)]
    public void Loss_is_the_negative_log_probability(double count, double score, double expected) =>
        Assert.Equal(expected, Constant<double>(count).Loss([0, score]), tolerance: 2e-13);

    [Fact]
    public void The_fitted_value_is_the_expected_count() =>
        Assert.Equal(Math.Exp(1.5), Constant<double>(3).Predict([0, 1.5], 0), tolerance: 1e-14);

    [Fact]
    public void A_mean_beyond_the_type_is_a_loss_that_is_not_finite()
    {
        float[] gradient = new float[2];
        Assert.True(double.IsFinite(Constant<float>(3).Gradient([0, 88], [0], gradient)));
        Assert.All(gradient, g => Assert.True(float.IsFinite(g)));
        Assert.False(double.IsFinite(Constant<float>(3).Loss([0, 89])));
        Assert.True(double.IsFinite(Constant<double>(3).Loss([0, 89])));
        Assert.False(double.IsFinite(Constant<double>(3).Loss([0, 710])));
        Assert.False(double.IsFinite(Constant<double>(0).Loss([0, double.PositiveInfinity])));
        Assert.False(double.IsFinite(Constant<double>(3).Loss([0, double.NegativeInfinity])));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0.5)]
    public void What_is_no_count_is_refused(double target)
    {
        ArgumentException error =
            Assert.Throws<ArgumentException>("data", () => new PoissonRegression<double>(new([1, 2], [0, target], ["x"])));
        Assert.Contains("row 1 has the target", error.Message, StringComparison.Ordinal);
        Assert.Contains("whole number of at least 0", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("data", () => new PoissonRegression<double>(TestData.Random<double>(6, 2, classes: 2)));
    }

    // Stirling's series takes over at 64: the step from y-1 to y is ln y on both sides of it.
    [Fact]
    public void Log_factorial_steps_by_the_logarithm()
    {
        Assert.Equal(0, LogFactorial.Of(0));
        for (int y = 1; y < 200; y++)
        {
            Assert.Equal(Math.Log(y), LogFactorial.Of(y) - LogFactorial.Of(y - 1), tolerance: 5e-13);
        }

        Assert.Equal(12815518.384658169, LogFactorial.Of(1e6), tolerance: 1e-8);
    }

    private static PoissonRegression<T> Constant<T>(T count)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => new(new DataSet<T>([T.Zero], [count], ["x"]));
}
