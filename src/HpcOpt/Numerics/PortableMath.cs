using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Engine;

/// <summary>
/// exp, log, powers and cos from IEEE operations alone. The C library picks its own variants by processor, with other last bits; these give
/// the same bits on every machine, within 2 units in the last place.
/// </summary>
public static class PortableMath
{
    private const double InverseLn2 = 1.4426950408889634;
    private const double Ln2High = 6.93147180369123816490e-01; // 33 bits: its product with a whole exponent is exact
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double SmallestNormalExponent = -708.0;
    private const double LargestExponent = 709.0;

    // 1/13!, 1/12!, …, 1/2!, 1, 1: |r| ≤ ln2/2 leaves a remainder below 2^-57.
    private static readonly double[] InverseFactorials =
    [
        1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0,
        1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 1 / 2.0, 1.0, 1.0,
    ];

    // 1/23, 1/21, …, 1/3: |s| ≤ 3 - 2√2 leaves a remainder below 2^-58.
    private static readonly double[] InverseOdds =
        [1 / 23.0, 1 / 21.0, 1 / 19.0, 1 / 17.0, 1 / 15.0, 1 / 13.0, 1 / 11.0, 1 / 9.0, 1 / 7.0, 1 / 5.0, 1 / 3.0];

    // Taylor's coefficients of cos in x², (-1)^k/(2k)! from k = 10: |x| ≤ π/4 leaves a remainder below 2^-70.
    private static readonly double[] CosineCoefficients =
    [
        1 / 2432902008176640000.0, -1 / 6402373705728000.0, 1 / 20922789888000.0, -1 / 87178291200.0, 1 / 479001600.0, -1 / 3628800.0,
        1 / 40320.0, -1 / 720.0, 1 / 24.0, -1 / 2.0, 1.0,
    ];

    // Of sin(x)/x, (-1)^k/(2k+1)! from k = 9.
    private static readonly double[] SineCoefficients =
    [
        -1 / 121645100408832000.0, 1 / 355687428096000.0, -1 / 1307674368000.0, 1 / 6227020800.0, -1 / 39916800.0, 1 / 362880.0,
        -1 / 5040.0, 1 / 120.0, -1 / 6.0, 1.0,
    ];

    /// <summary>e^x = 2^k e^r, with k = round(x / ln 2); 0 below -708, infinite above 709; NaN for NaN.</summary>
    public static double Exp(double x)
    {
        if (!(x >= SmallestNormalExponent))
        {
            return double.IsNaN(x) ? x : 0;
        }

        if (x > LargestExponent)
        {
            return double.PositiveInfinity;
        }

        double k = Math.Round(x * InverseLn2);
        double r = Math.FusedMultiplyAdd(-k, Ln2Low, Math.FusedMultiplyAdd(-k, Ln2High, x));
        return Polynomial(InverseFactorials, r) * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
    }

    /// <summary>The bits of <see cref="Exp(double)"/>, four at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp(Vector256<double> x)
    {
        Vector256<double> k = Vector256.Round(x * InverseLn2);
        Vector256<double> r = Vector256.FusedMultiplyAdd(
            -k, Vector256.Create(Ln2Low), Vector256.FusedMultiplyAdd(-k, Vector256.Create(Ln2High), x));
        Vector256<double> sum = Vector256<double>.Zero;
        foreach (double c in InverseFactorials)
        {
            sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(c));
        }

        // Added to 1.5·2⁵², the biased exponent stands in the lowest bits; what is left of it falls out of the shift.
        sum *= ((k + Vector256.Create((1.5 * (1L << 52)) + 1023)).AsInt64() << 52).AsDouble();
        sum = Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256.Create(LargestExponent)), Vector256.Create(double.PositiveInfinity), sum);
        sum = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(SmallestNormalExponent)), Vector256<double>.Zero, sum);
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), sum, x);
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
        double s = (m - 1) / (m + 1), square = s * s;
        double artanh = Math.FusedMultiplyAdd(s * square, Polynomial(InverseOdds, square), s);
        return Math.FusedMultiplyAdd(k, Ln2High, Math.FusedMultiplyAdd(k, Ln2Low, 2 * artanh));
    }

    /// <summary>ln(1 + x) for 0 ≤ x ≤ 1: ln(u) x / (u - 1) with u = 1 + x rounded (Kahan; Hewlett-Packard HP-15C, 1982).</summary>
    public static double LogOnePlus(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Log(u) * (x / (u - 1));
    }

    /// <summary>x^y = e^(y ln x) for normal x &gt; 0, within 2 + |y ln x| units in the last place.</summary>
    public static double Pow(double x, double y) => y == 0 ? 1 : Exp(y * Log(x));

    /// <summary>x^n for n ≥ 0, by squaring: exact powers stay exact.</summary>
    public static double Power(double x, long n)
    {
        double power = 1;
        for (double square = x; n > 0; n >>= 1, square *= square)
        {
            power *= (n & 1) == 1 ? square : 1;
        }

        return power;
    }

    /// <summary>cos(πx) for 0 ≤ x ≤ 1; exactly 1, 0 and -1 at 0, ½ and 1.</summary>
    public static double CosPi(double x)
    {
        // cos(πx) = -cos(π(1-x)), and = sin(π(½-x)) nearer to the zero: each difference is exact.
        double near = x > 0.5 ? 1 - x : x;
        double cosine = near <= 0.25 ? Polynomial(CosineCoefficients, Square(Math.PI * near)) : Sine(Math.PI * (0.5 - near));
        return x > 0.5 ? -cosine : cosine;
    }

    private static double Sine(double x) => x * Polynomial(SineCoefficients, x * x);

    private static double Square(double x) => x * x;

    /// <summary>By Horner, from the highest coefficient.</summary>
    private static double Polynomial(double[] coefficients, double x)
    {
        double sum = 0;
        foreach (double c in coefficients)
        {
            sum = Math.FusedMultiplyAdd(sum, x, c);
        }

        return sum;
    }
}
