using System.Numerics;

namespace HpcOpt.Training;

/// <summary>Least squares: ℓ(y, z) = ½(z - y)², ∂ℓ/∂z = z - y, for a fitted value z = wᵀx + b.</summary>
/// <param name="data">N rows.</param>
/// <exception cref="ArgumentException">The target of <paramref name="data"/> is a class.</exception>
public sealed class LinearRegression<T>(DataSet<T> data) : RowModel<T>(Checked(data), outputs: 1)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override double RowLoss(ReadOnlySpan<T> scores, T target, Span<double> derivative) =>
        SquaredLoss.Of(scores[0], target, out derivative[0]);

    private protected override double Predict(ReadOnlySpan<T> scores) => double.CreateTruncating(scores[0]);

    private static DataSet<T> Checked(DataSet<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.ClassLabels is null ? data : throw new ArgumentException("has classes as its target; expected values", nameof(data));
    }
}
