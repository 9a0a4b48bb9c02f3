namespace HpcOpt.Training;

/// <summary>
/// exp and log from IEEE operations alone. The C library picks its own variants by processor, with other last bits; these give the
/// same bits on every machine, within 2 units in the last place.
/// </summary>
internal static class PortableMath
{
    private const double InverseLn2 = 1.4426950408889634;
    private const double Ln2High = 6.93147180369123816490e-01; // 33 bits: its product with a whole exponent is exact
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double SmallestNormalExponent = -708.0;

    // 1/13!, 1/12!, …, 1/2!, 1, 1: |r| ≤ ln2/2 leaves a remainder below 2^-57.
    private static readonly double[] InverseFactorials =
    [
        1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0,
        1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 1 / 2.0, 1.0, 1.0,
    ];

    // 1/23, 1/21, …, 1/3: |s| ≤ 3 - 2√2 leaves a remainder below 2^-58.
    private static readonly double[] InverseOdds =
        [1 / 23.0, 1 / 21.0, 1 / 19.0, 1 / 17.0, 1 / 15.0, 1 / 13.0, 1 / 11.0, 1 / 9.0, 1 / 7.0, 1 / 5.0, 1 / 3.0];

    /// <summary>e^x = 2^k e^r for x ≤ 0, with k = round(x / ln 2); 0 below -708; NaN for NaN.</summary>
    public static double ExpOfNonPositive(double x)
    {
        if (!(x >= SmallestNormalExponent))
        {
            return double.IsNaN(x) ? x : 0;
        }

        double k = Math.Round(x * InverseLn2);
        double r = Math.FusedMultiplyAdd(-k, Ln2Low, Math.FusedMultiplyAdd(-k, Ln2High, x));
        double sum = 0;
        foreach (double c in InverseFactorials)
        {
            sum = Math.FusedMultiplyAdd(sum, r, c);
        }

        return sum * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
    }

    /// <summary>ln x = k ln 2 + 2 artanh s for normal x > 0, with x = 2^k m, √½ ≤ m &lt; √2, s = (m-1)/(m+1); NaN for NaN.</summary>
    public static double Log(double x)
    {
        if (!double.IsNormal(x) || x < 0)
        {
            return double.NaN;
        }

        // Subtracting √½'s bits puts m's lower end there instead of at 1.
        long shifted = BitConverter.DoubleToInt64Bits(x) - 0x3FE6A09E667F3BCD;
        long k = shifted >> 52;
        double m = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x) - (k << 52));
        double s = (m - 1) / (m + 1), square = s * s, sum = 0;
        foreach (double c in InverseOdds)
        {
            sum = Math.FusedMultiplyAdd(sum, square, c);
        }

        double artanh = Math.FusedMultiplyAdd(s * square, sum, s);
        return Math.FusedMultiplyAdd(k, Ln2High, Math.FusedMultiplyAdd(k, Ln2Low, 2 * artanh));
    }

    /// <summary>ln(1 + x) for 0 ≤ x ≤ 1, small x too: ln(u) x / (u - 1) with u = 1 + x rounded (Kahan; Hewlett-Packard HP-15C, 1982).</summary>
    public static double LogOnePlus(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Log(u) * (x / (u - 1));
    }
}
