using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>
/// P(y = k) = e^{z_k} / Σ_l e^{z_l} of K scores; ℓ(y, z) = ln Σ_k e^{z_k - max z} - (z_y - max z), ∂ℓ/∂z_k = P(y = k) - 1[y = k].
/// </summary>
internal static class SoftmaxLoss
{
    /// <summary>ℓ(y, z) and, in <paramref name="derivative"/>, ∂ℓ/∂z.</summary>
    public static double Of<T>(ReadOnlySpan<T> scores, int y, Span<double> derivative)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (T score in scores)
        {
            max = Math.Max(max, double.CreateTruncating(score)); // NaN if any is
        }

        for (int k = 0; k < scores.Length; k++)
        {
            derivative[k] = PortableMath.Exp(double.CreateTruncating(scores[k]) - max);
            sum += derivative[k];
        }

        foreach (ref double p in derivative)
        {
            p /= sum;
        }

        derivative[y] -= 1;
        return PortableMath.Log(sum) - (double.CreateTruncating(scores[y]) - max);
    }

    /// <summary>The most probable class; the first of equal ones.</summary>
    public static int MostProbable<T>(ReadOnlySpan<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int best = 0;
        for (int k = 1; k < scores.Length; k++)
        {
            best = scores[k] > scores[best] ? k : best;
        }

        return best;
    }
}
