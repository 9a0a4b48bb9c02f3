using System.Numerics;

namespace HpcOpt.Blas.Providers;

/// <summary>A provider's operations in both precisions, for one path.</summary>
internal sealed class Bound(BlasProvider provider, Execution execution, nint limit = int.MaxValue)
{
    private readonly Kernels<float> _single = provider.Kernels<float>(execution, limit);
    private readonly Kernels<double> _double = provider.Kernels<double>(execution, limit);

    public BlasProvider Provider => provider;

    /// <exception cref="NotSupportedException">The type is neither float nor double.</exception>
    public Kernels<T> Kernels<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? (Kernels<T>)(object)_single
        : typeof(T) == typeof(double) ? (Kernels<T>)(object)_double
        : throw new NotSupportedException($"Elements of type {typeof(T)} are not supported; expected float or double.");
}
