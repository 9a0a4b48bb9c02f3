using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>y ← αAx + βy, by rows.</summary>
internal readonly unsafe struct VectorProduct<T>(Kernels<T> kernels, nint n, T alpha, MatrixOperand<T> a, T* x, T beta, T* y) : IRangeWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Run(nint first, nint end)
    {
        if (end > first)
        {
            kernels.Gemv(end - first, n, alpha, a.From(first, 0), x, beta, y + first);
        }
    }
}

/// <summary>A ← αxyᵀ + A, by rows.</summary>
internal readonly unsafe struct OuterProduct<T>(Kernels<T> kernels, nint n, T alpha, T* x, T* y, MatrixOperand<T> a) : IRangeWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Run(nint first, nint end)
    {
        if (end > first)
        {
            kernels.Ger(end - first, n, alpha, x + first, y, a.At(first, 0), a.Stride);
        }
    }
}
