namespace HpcOpt.Training;

/// <summary>
/// For which learning rates η descent on a quadratic converges, given its largest curvature a (the largest eigenvalue of its Hessian). Near
/// a minimum every smooth loss is such a quadratic; <see cref="Curvature"/> estimates a.
/// </summary>
public static class StabilityLimits
{
    /// <summary>Gradient descent converges exactly for 0 &lt; η &lt; 2/a.</summary>
    /// <param name="curvature">a > 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">a is not positive and finite.</exception>
    public static double GradientDescent(double curvature) => 2 / Checked(curvature);

    /// <summary>Momentum, v ← δv + (1-δ)g and θ ← θ - ηv, converges exactly for 0 &lt; η &lt; 2(1+δ)/((1-δ)a).</summary>
    /// <param name="curvature">a > 0.</param>
    /// <param name="decay">δ in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static double Momentum(double curvature, double decay) => 2 * (1 + Fraction(decay)) / ((1 - decay) * Checked(curvature));

    /// <summary>Whether momentum oscillates along curvature a: (1 + δ - η(1-δ)a)² &lt; 4δ, where its recursion has complex roots.</summary>
    /// <param name="rate">η ≥ 0.</param>
    /// <param name="curvature">a > 0.</param>
    /// <param name="decay">δ in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static bool Oscillates(double rate, double curvature, double decay)
    {
        double sum = 1 + Fraction(decay) - (Interval.NotNegative.Check(rate, nameof(rate)) * (1 - decay) * Checked(curvature));
        return sum * sum < 4 * decay;
    }

    private static double Checked(double curvature) => Interval.Positive.Check(curvature, nameof(curvature));

    private static double Fraction(double decay) => Interval.Fraction.Check(decay, nameof(decay));
}
