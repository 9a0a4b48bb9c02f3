using System.Numerics;

namespace HpcOpt.Training;

/// <summary>
/// The multinomial logit: P(y = k) = e^{z_k} / Σ_l e^{z_l}, z = Wᵀx + b, y ∈ {0 … K-1}; ℓ(y, z) = ln Σ_k e^{z_k - max z} - (z_y - max z),
/// which overflows for no z, and ∂ℓ/∂z_k = P(y = k) - 1[y = k].
/// </summary>
/// <remarks>Every class has its weights. One vector added to all changes nothing: only differences have a meaning.</remarks>
/// <param name="data">N rows with K classes.</param>
/// <exception cref="ArgumentException">The target of <paramref name="data"/> is not a class, or there are fewer than 2 classes.</exception>
public sealed class SoftmaxRegression<T>(DataSet<T> data) : RowModel<T>(Checked(data), data.ClassLabels!.Count)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override double RowLoss(ReadOnlySpan<T> scores, T target, Span<double> derivative) =>
        SoftmaxLoss.Of(scores, int.CreateTruncating(target), derivative);

    private protected override double Predict(ReadOnlySpan<T> scores) => SoftmaxLoss.MostProbable(scores);

    private static DataSet<T> Checked(DataSet<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.ClassLabels?.Count >= 2 ? data : throw new ArgumentException(
            $"has {data.ClassLabels?.Count ?? 0} classes as its target; expected at least 2", nameof(data));
    }
}
