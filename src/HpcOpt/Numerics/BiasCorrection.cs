namespace HpcOpt.Engine;

/// <summary>Bias corrections that are the same bits on every machine, which the platform's <c>pow</c> does not promise.</summary>
public static class BiasCorrection
{
    /// <summary>1 - βᵗ for 0 ≤ β &lt; 1 and t ≥ 1, by squaring: a function of t alone, so a resumed run continues bit for bit.</summary>
    /// <param name="beta">β, the weight of the past.</param>
    /// <param name="t">The number of the step.</param>
    public static double Of(double beta, long t)
    {
        // βᵗ ≤ exp(-(1-β)t) < 2⁻⁵⁴: the difference rounds to 1.
        if ((1 - beta) * t > 40)
        {
            return 1;
        }

        long one = BitConverter.DoubleToInt64Bits(1);
        double power = 1;
        for (double square = beta; t > 0; t >>= 1, square *= square)
        {
            // Times 1 where the bit of t is 0, without a branch: the bits change at each step, and a small vector feels mispredictions.
            long bit = -(t & 1);
            power *= BitConverter.Int64BitsToDouble(one + ((BitConverter.DoubleToInt64Bits(square) - one) & bit));
        }

        return 1 - power;
    }
}
