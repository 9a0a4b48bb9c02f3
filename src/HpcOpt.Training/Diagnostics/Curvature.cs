using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>
/// The largest curvature of a loss at θ: the eigenvalue λ of its Hessian H with the largest |λ|, by power iteration v ← Hv/‖Hv‖ on
/// differences of gradients, Hv ≈ (∇L(θ + hv) - ∇L(θ - hv)) / 2h.
/// </summary>
/// <remarks>
/// h = c·max(1, ‖θ‖) for ‖v‖ = 1, with the c of <see cref="GradientCheck"/>. λ is the Rayleigh quotient vᵀHv, so saddles show as negative
/// values. An iteration costs two gradients over all rows; it converges like (|λ₂|/|λ₁|)². Source of the iteration: R. von Mises, H.
/// Pollaczek-Geiringer, "Praktische Verfahren der Gleichungsauflösung", 1929.
/// </remarks>
/// <param name="Value">λ, in units of loss over squared parameters.</param>
/// <param name="Iterations">Iterations done.</param>
/// <param name="HasConverged">Whether λ changed by less than the tolerance in the last one.</param>
public readonly record struct Curvature(double Value, int Iterations, bool HasConverged)
{
    /// <summary>Estimates the largest curvature.</summary>
    /// <param name="model">The loss; double is recommended.</param>
    /// <param name="parameters">θ, m values, not changed.</param>
    /// <param name="tolerance">Relative change of λ at which to stop, above 0.</param>
    /// <param name="maxIterations">At least 1.</param>
    /// <param name="seed">Fixes the start vector.</param>
    /// <exception cref="ArgumentException">θ has another length than m, or an argument is out of its range.</exception>
    public static Curvature Largest<T>(
        IModel<T> model, ReadOnlySpan<T> parameters, double tolerance = 1e-4, int maxIterations = 100, ulong seed = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Length(parameters.Length, model.ParameterCount, nameof(parameters));
        Interval.Positive.Check(tolerance, nameof(tolerance));
        Guard.AtLeastOne(maxIterations, nameof(maxIterations));
        int[] rows = [.. Enumerable.Range(0, model.RowCount)];
        double[] v = Start(parameters.Length, seed);
        double[] product = new double[v.Length];
        double h = double.CreateTruncating(FiniteDifference.Step<T>())
            * Math.Max(1, Norm([.. parameters.ToArray().Select(double.CreateTruncating)]));
        double value = 0;
        for (int iteration = 1; iteration <= maxIterations; iteration++)
        {
            Multiply(model, rows, parameters, v, h, product);
            double last = value;
            value = Dot(v, product);
            double norm = Norm(product);
            if (norm == 0 || !double.IsFinite(norm))
            {
                return new(value, iteration, norm == 0);
            }

            if (iteration > 1 && Math.Abs(value - last) <= tolerance * Math.Abs(value))
            {
                return new(value, iteration, true);
            }

            for (int i = 0; i < v.Length; i++)
            {
                v[i] = product[i] / norm;
            }
        }

        return new(value, maxIterations, false);
    }

    // Hv
    private static void Multiply<T>(IModel<T> model, int[] rows, ReadOnlySpan<T> parameters, double[] v, double h, double[] product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] above = new T[v.Length], below = new T[v.Length], gradientAbove = new T[v.Length], gradientBelow = new T[v.Length];
        for (int i = 0; i < v.Length; i++)
        {
            T step = T.CreateTruncating(h * v[i]);
            (above[i], below[i]) = (parameters[i] + step, parameters[i] - step);
        }

        model.Gradient(above, rows, gradientAbove);
        model.Gradient(below, rows, gradientBelow);
        for (int i = 0; i < v.Length; i++)
        {
            product[i] = (double.CreateTruncating(gradientAbove[i]) - double.CreateTruncating(gradientBelow[i])) / (2 * h);
        }
    }

    // Uniform in [-1, 1), of length 1: any direction but those orthogonal to the eigenvector will do.
    private static double[] Start(int length, ulong seed)
    {
        Philox random = new(seed, stream: 0);
        double[] v = new double[length];
        foreach (ref double x in v.AsSpan())
        {
            x = (int)random.NextUInt32() / (double)(1L << 31);
        }

        double norm = Norm(v);
        return Array.ConvertAll(v, x => x / norm);
    }

    private static double Norm(double[] x) => Math.Sqrt(Dot(x, x));

    private static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum = Math.FusedMultiplyAdd(x[i], y[i], sum);
        }

        return sum;
    }
}
