using HpcOpt.Engine;

namespace HpcOpt.Tests.Engine;

public class BiasCorrectionTests
{
    [Theory, InlineData(0), InlineData(0.5), InlineData(0.9), InlineData(0.999), InlineData(0.999999)]
    public void It_is_one_minus_the_power(double beta)
    {
        for (long t = 1; t < 1L << 40; t += 1 + (t / 7))
        {
            // Each squaring doubles the relative error of what it squares: in all t half units of the power.
            double power = Math.Pow(beta, t);
            Assert.Equal(1 - power, BiasCorrection.Of(beta, t), Math.Pow(2, -52) * (1 + (t * power)));
        }
    }

    [Fact]
    public void Where_it_is_cut_short_it_is_one_exactly()
    {
        Assert.Equal(1, BiasCorrection.Of(0.999, 40_001));
        Assert.Equal(1, BiasCorrection.Of(0.9, long.MaxValue));
        Assert.Equal(1, 1 - Math.Exp(-40));
    }
}
