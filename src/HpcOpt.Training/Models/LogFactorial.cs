using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>ln y! with the same bits on every machine.</summary>
internal static class LogFactorial
{
    private const double HalfLogTwoPi = 0.91893853320467274;
    private static readonly double[] Small = Sums(64);

    /// <summary>
    /// For whole y ≥ 0: below 64 the sum of logarithms, from there Stirling's series (y + ½) ln y - y + ½ ln 2π + 1/(12y) - 1/(360y³)
    /// + 1/(1260y⁵), whose next term is below 1e-16.
    /// </summary>
    public static double Of(double y)
    {
        if (y < Small.Length)
        {
            return Small[(int)y];
        }

        double inverse = 1 / y, square = inverse * inverse;
        double correction = inverse * (1 / 12.0 - square * (1 / 360.0 - square / 1260.0));
        return (y + 0.5) * PortableMath.Log(y) - y + HalfLogTwoPi + correction;
    }

    private static double[] Sums(int count)
    {
        double[] sums = new double[count];
        for (int y = 2; y < count; y++)
        {
            sums[y] = sums[y - 1] + PortableMath.Log(y);
        }

        return sums;
    }
}
