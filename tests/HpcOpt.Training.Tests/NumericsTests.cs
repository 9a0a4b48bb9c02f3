using CsCheck;

namespace HpcOpt.Training.Tests;

public sealed class NumericsTests
{
    private const double TwoUlps = 2 * 2.220446049250313e-16;

    [Fact]
    public void Exp_is_within_two_ulps() => Gen.Double[-708, 0].Sample(x => Assert.InRange(PortableMath.ExpOfNonPositive(x) / Math.Exp(x), 1 - TwoUlps, 1 + TwoUlps), iter: 10_000);

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
        Assert.Equal(1.0, PortableMath.ExpOfNonPositive(0));
        Assert.Equal(0.0, PortableMath.ExpOfNonPositive(-709));
        Assert.Equal(0.0, PortableMath.ExpOfNonPositive(double.NegativeInfinity));
        Assert.Equal(double.NaN, PortableMath.ExpOfNonPositive(double.NaN));
        Assert.Equal(0.0, PortableMath.Log(1));
        Assert.Equal(double.NaN, PortableMath.Log(double.NaN));
        Assert.Equal(0.0, PortableMath.LogOnePlus(0));
    }

    [Fact]
    public void Dot_has_the_documented_shape_at_every_length()
    {
        for (int length = 0; length <= 131; length++)
        {
            float[] a = TestData.Uniform<float>(length, stream: 3), b = TestData.Uniform<float>(length + 1, stream: 4);
            float[] partial = new float[32];
            for (int j = 0; j < length; j++)
            {
                partial[j % 32] += a[j] * b[j];
            }

            for (int half = 16; half >= 4; half /= 2)
            {
                for (int j = 0; j < half; j++)
                {
                    partial[j] += partial[j + half];
                }
            }

            float expected = partial[0] + partial[1] + partial[2] + partial[3];
            Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(FixedShape.Dot<float>(a, b)));
        }
    }
}
