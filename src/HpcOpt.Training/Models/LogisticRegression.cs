using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>
/// The logit: P(y = 1) = σ(z) = 1/(1 + e^-z), z = wᵀx + b, y ∈ {0, 1}; ℓ(y, z) = ln(1 + e^z) - yz = max(z, 0) - yz + ln(1 + e^-|z|), which
/// overflows for no z, and ∂ℓ/∂z = σ(z) - y.
/// </summary>
/// <param name="data">N rows with two classes.</param>
/// <exception cref="ArgumentException">The target of <paramref name="data"/> is not one of two classes.</exception>
public sealed class LogisticRegression<T>(DataSet<T> data) : RowModel<T>(Checked(data), outputs: 1)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override double RowLoss(ReadOnlySpan<T> scores, T target, Span<double> derivative)
    {
        double z = double.CreateTruncating(scores[0]), y = double.CreateTruncating(target);
        double e = PortableMath.Exp(-Math.Abs(z));
        derivative[0] = (z >= 0 ? 1 : e) / (1 + e) - y;
        return Math.Max(z, 0) - y * z + PortableMath.LogOnePlus(e);
    }

    private protected override double Predict(ReadOnlySpan<T> scores) => scores[0] > T.Zero ? 1 : 0;

    private static DataSet<T> Checked(DataSet<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.ClassLabels?.Count == 2 ? data : throw new ArgumentException(
            $"has {data.ClassLabels?.Count ?? 0} classes as its target; expected 2", nameof(data));
    }
}
