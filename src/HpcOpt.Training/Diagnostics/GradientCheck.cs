using System.Numerics;

namespace HpcOpt.Training;

/// <summary>
/// Compares a model's gradient with central differences of its loss, d_j = (L(θ + h e_j) - L(θ - h e_j)) / 2h: run it on a model of yours.
/// </summary>
/// <remarks>
/// h = c·max(1, |θ_j|) with c = 2^-17 for double and 2^-8 for float, near the cube root of the precision, where truncation (~h²) and
/// rounding (~precision/h) balance; the division is by the distance that is left after rounding. A right gradient then differs by about
/// 1e-9 (double) or 1e-4 (float) where L is smooth; a wrong sign or factor shows as 0.1 to 2. Costs 2m + 1 gradients.
/// </remarks>
/// <example><code>double error = GradientCheck.Run(model, theta).MaxRelativeError; // below 1e-6 in double, 1e-2 in float</code></example>
public static class GradientCheck
{
    /// <summary>Checks all m components at θ.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">θ, m values; at random numbers rather than zeros, where many mistakes vanish.</param>
    /// <param name="rows">The batch; empty means all rows.</param>
    /// <exception cref="ArgumentException">As for <see cref="IModel{T}.Gradient"/>.</exception>
    public static GradientCheckResult Run<T>(IModel<T> model, ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ReadOnlySpan<int> batch = rows.IsEmpty ? [.. Enumerable.Range(0, model.RowCount)] : rows;
        T[] at = parameters.ToArray(), gradient = new T[model.ParameterCount], unused = new T[model.ParameterCount];
        model.Gradient(at, batch, gradient);
        double[] expected = new double[at.Length];
        for (int j = 0; j < at.Length; j++)
        {
            T kept = at[j], step = FiniteDifference.Step<T>() * T.Max(T.One, T.Abs(kept));
            at[j] = kept + step;
            double width = double.CreateTruncating(at[j]), above = model.Gradient(at, batch, unused);
            at[j] = kept - step;
            width -= double.CreateTruncating(at[j]);
            double below = model.Gradient(at, batch, unused);
            at[j] = kept;
            expected[j] = (above - below) / width;
        }

        return new GradientCheckResult([.. gradient.Select(double.CreateTruncating)], expected);
    }
}
