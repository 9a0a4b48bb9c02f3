using System.Numerics;

namespace HpcOpt.Training;

/// <summary>ℓ(y, z) = ½(z - y)², ∂ℓ/∂z = z - y.</summary>
internal static class SquaredLoss
{
    public static double Of<T>(T score, T target, out double derivative)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        derivative = double.CreateTruncating(score) - double.CreateTruncating(target);
        return 0.5 * derivative * derivative;
    }
}
