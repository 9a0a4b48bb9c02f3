using CsCheck;
using HpcOpt.Engine;

namespace HpcOpt.Tests.Engine;

public class PortableMathTests
{
    private const double TwoUlps = 2 * 2.220446049250313e-16;

    [Fact]
    public void Exp_is_within_two_ulps() =>
        Gen.Double[-708, 709].Sample(x => Assert.InRange(PortableMath.Exp(x) / Math.Exp(x), 1 - TwoUlps, 1 + TwoUlps), iter: 10_000);

    [Fact]
    public void Log_is_within_two_ulps() => Gen.Double[0.25, 1e6].Sample(
        x => Assert.Equal(Math.Log(x), PortableMath.Log(x), tolerance: TwoUlps * Math.Max(Math.Abs(Math.Log(x)), 1e-10)), iter: 10_000);

    // Math has no log1p; this is its alternating series, added from the smallest term.
    [Fact]
    public void Log_one_plus_keeps_small_numbers() => Gen.Double[-40, -7].Sample(exponent =>
    {
        double x = Math.Exp(exponent);
        double series = x * (1 - x * (1 / 2.0 - x * (1 / 3.0 - x * (1 / 4.0 - x * (1 / 5.0 - x / 6)))));
        Assert.InRange(PortableMath.LogOnePlus(x) / series, 1 - 2 * TwoUlps, 1 + 2 * TwoUlps);
    }, iter: 10_000);

    [Fact]
    public void Edges_are_right()
    {
        Assert.Equal(1.0, PortableMath.Exp(0));
        Assert.Equal(0.0, PortableMath.Exp(-709));
        Assert.Equal(0.0, PortableMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.PositiveInfinity, PortableMath.Exp(710));
        Assert.Equal(1.0, PortableMath.CosPi(0));
        Assert.Equal(0.0, PortableMath.CosPi(0.5));
        Assert.Equal(-1.0, PortableMath.CosPi(1));
        Assert.Equal(double.NaN, PortableMath.Exp(double.NaN));
        Assert.Equal(0.0, PortableMath.Log(1));
        Assert.Equal(double.NaN, PortableMath.Log(double.NaN));
        Assert.Equal(0.0, PortableMath.LogOnePlus(0));
    }

    [Fact]
    public void Pow_is_as_exact_as_its_exponent_allows() => Gen.Select(Gen.Double[1e-3, 1e3], Gen.Double[-5, 5]).Sample(
        (x, y) => Assert.InRange(PortableMath.Pow(x, y) / Math.Pow(x, y), 1 - ((2 + Math.Abs(y * Math.Log(x))) * TwoUlps),
            1 + ((2 + Math.Abs(y * Math.Log(x))) * TwoUlps)), iter: 10_000);

    [Fact]
    public void Cos_pi_is_within_two_ulps() => Gen.Double[0, 1].Sample(
        x => Assert.Equal(Math.Cos(Math.PI * x), PortableMath.CosPi(x), tolerance: TwoUlps), iter: 10_000);
}
