using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcOpt.Blas;

/// <summary>The operations in managed code, on the caller's thread; matrices are row-major, and a transposed one is read as its transpose.</summary>
internal unsafe class Kernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>C ← αAB + βC.</summary>
    public virtual void Gemm(nint m, nint n, nint k, T alpha, T* a, nint strideA, bool transposeA, T* b, nint strideB, bool transposeB, T beta, T* c, nint strideC)
    {
        T* rows = b;
        if (transposeB)
        {
            rows = (T*)NativeMemory.Alloc((nuint)(k * n * sizeof(T)));
            for (nint p = 0; p < k; p++)
            {
                for (nint j = 0; j < n; j++)
                {
                    rows[(p * n) + j] = b[(j * strideB) + p];
                }
            }
        }

        for (nint i = 0; i < m; i++)
        {
            Scal(n, beta, c + (i * strideC));
            for (nint p = 0; p < k; p++)
            {
                Axpy(n, alpha * (transposeA ? a[(p * strideA) + i] : a[(i * strideA) + p]), rows + (p * (transposeB ? n : strideB)), c + (i * strideC));
            }
        }

        if (transposeB)
        {
            NativeMemory.Free(rows);
        }
    }

    /// <summary>y ← αx + y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public virtual void Axpy(nint n, T alpha, T* x, T* y)
    {
        nint i = 0;
        for (; i <= n - Vector<T>.Count; i += Vector<T>.Count)
        {
            (Vector.Load(y + i) + (Vector.Load(x + i) * alpha)).Store(y + i);
        }

        for (; i < n; i++)
        {
            y[i] += alpha * x[i];
        }
    }

    /// <summary>x ← αx; zeros for α = 0, whatever x was.</summary>
    public virtual void Scal(nint n, T alpha, T* x)
    {
        for (nint i = 0; i < n; i++)
        {
            x[i] = alpha == T.Zero ? T.Zero : alpha * x[i];
        }
    }
}
