namespace HpcOpt.Engine;

/// <summary>Bias corrections that are the same bits on every machine, which the platform's <c>pow</c> does not promise.</summary>
internal static class BiasCorrection
{
    /// <summary>1 - βᵗ for 0 ≤ β &lt; 1 and t ≥ 1, by squaring: a function of t alone, so a resumed run continues bit for bit.</summary>
    public static double Of(double beta, long t)
    {
        // βᵗ ≤ exp(-(1-β)t) < 2⁻⁵⁴: the difference rounds to 1.
        if ((1 - beta) * t > 40)
        {
            return 1;
        }

        double power = 1;
        for (double square = beta; t > 0; t >>= 1, square *= square)
        {
            if ((t & 1) != 0)
            {
                power *= square;
            }
        }

        return 1 - power;
    }
}
