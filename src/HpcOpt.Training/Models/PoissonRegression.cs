using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>
/// Poisson regression, log-linear counts: P(y) = e^-μ μ^y / y!, μ = e^z, z = wᵀx + b, y ∈ {0, 1, 2 …}; ℓ(y, z) = -ln P(y) =
/// e^z - yz + ln y!, which is never negative, and ∂ℓ/∂z = e^z - y.
/// </summary>
/// <remarks>
/// Where e^z exceeds the range of <typeparamref name="T"/> (z above 88 for float, 709 for double) the loss is not finite, so that training
/// stops there. The constant ln y! makes -N·L the log-likelihood that statistical packages print. A coefficient is the change of ln μ for
/// one unit of its column. Source: P. McCullagh and J. Nelder, "Generalized linear models", 2nd edition, 1989, chapter 6.
/// </remarks>
/// <param name="data">N rows whose target is a count; not standardised.</param>
/// <exception cref="ArgumentException">The target of <paramref name="data"/> is a class, or in some row no whole number from 0.</exception>
public sealed class PoissonRegression<T>(DataSet<T> data) : RowModel<T>(Checked(data), outputs: 1)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override double RowLoss(ReadOnlySpan<T> scores, T target, Span<double> derivative)
    {
        double z = double.CreateTruncating(scores[0]), y = double.CreateTruncating(target);
        double mean = PortableMath.Exp(z);

        // A float gradient overflows long before the double loss: both say so together.
        mean = T.IsInfinity(T.CreateTruncating(mean)) ? double.PositiveInfinity : mean;
        derivative[0] = mean - y;
        return mean - y * z + LogFactorial.Of(y);
    }

    /// <summary>μ = e^z, the expected count.</summary>
    private protected override double Predict(ReadOnlySpan<T> scores) => PortableMath.Exp(double.CreateTruncating(scores[0]));

    private static DataSet<T> Checked(DataSet<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.ClassLabels is not null)
        {
            throw new ArgumentException("has classes as its target; expected counts", nameof(data));
        }

        for (int row = 0; row < data.RowCount; row++)
        {
            if (!(T.IsInteger(data.Targets[row]) && data.Targets[row] >= T.Zero))
            {
                throw new ArgumentException(
                    $"row {row} has the target {data.Targets[row]}; expected a count: a whole number of at least 0, not standardised",
                    nameof(data));
            }
        }

        return data;
    }
}
