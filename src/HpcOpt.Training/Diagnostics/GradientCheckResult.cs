namespace HpcOpt.Training;

/// <summary>What <see cref="GradientCheck"/> found.</summary>
public sealed class GradientCheckResult
{
    internal GradientCheckResult(double[] gradient, double[] differences)
    {
        (Gradient, Differences) = (gradient, differences);
        double scale = 0, worst = -1;
        for (int j = 0; j < gradient.Length; j++)
        {
            scale = Math.Max(scale, Math.Max(Math.Abs(gradient[j]), Math.Abs(differences[j])));
            double error = Math.Abs(gradient[j] - differences[j]);
            if (double.IsNaN(worst) || error <= worst)
            {
                continue;
            }

            (worst, WorstParameter) = (error, j); // NaN is worst: it compares as neither smaller nor greater
        }

        MaxRelativeError = worst == 0 ? 0 : worst / scale;
    }

    /// <summary>max_j |g_j - d_j| / max_j max(|g_j|, |d_j|); 0 where both are zero, NaN where something is not finite.</summary>
    public double MaxRelativeError { get; }

    /// <summary>The j of the largest difference, from 0.</summary>
    public int WorstParameter { get; }

    /// <summary>g, the model's gradient.</summary>
    public IReadOnlyList<double> Gradient { get; }

    /// <summary>d, the central differences.</summary>
    public IReadOnlyList<double> Differences { get; }
}
