using System.Numerics;

namespace HpcOpt.Blas.Managed;

/// <summary>A = LLᵀ by blocks of columns: what the finished columns contribute is one product, the rest is a small factorization.</summary>
internal static unsafe class CholeskyLoop
{
    private const int BlockLength = 64;

    /// <summary>Overwrites the lower triangle; returns the row whose pivot is not positive, or -1.</summary>
    public static nint Factor<T>(Kernels<T> kernels, nint n, T* a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (nint first = 0; first < n; first += BlockLength)
        {
            nint end = nint.Min(first + BlockLength, n);

            // A₂ ← A₂ - L₁L₁ᵀ: rows from `first` on, columns of this block, over all columns before.
            MatrixOperand<T> finished = new(a + (first * n), n, isTransposed: false);
            kernels.Gemm(n - first, end - first, first, -T.One, finished, finished.Transposed, T.One, a + (first * n) + first, n);
            for (nint i = first; i < n; i++)
            {
                T* row = a + (i * n);
                for (nint j = first; j < nint.Min(i + 1, end); j++)
                {
                    // lᵢⱼ = (aᵢⱼ - Σ lᵢₚlⱼₚ) / lⱼⱼ, and lᵢᵢ = √(aᵢᵢ - Σ lᵢₚ²)
                    T* other = a + (j * n);
                    T rest = row[j];
                    for (nint p = first; p < j; p++)
                    {
                        rest = T.FusedMultiplyAdd(-row[p], other[p], rest);
                    }

                    if (j == i && !(rest > T.Zero))
                    {
                        return i;
                    }

                    row[j] = j == i ? T.Sqrt(rest) : rest / other[j];
                }
            }
        }

        return -1;
    }
}
