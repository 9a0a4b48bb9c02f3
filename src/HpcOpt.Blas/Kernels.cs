using System.Numerics;
using HpcOpt.Blas.Managed;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt.Blas;

/// <summary>
/// The operations on the caller's thread, in managed code: complete, and correct for every length. A library replaces those that it has.
/// </summary>
/// <remarks>Matrices are row-major and shapes have been checked. The same bits on every path.</remarks>
internal unsafe class Kernels<T>(Execution execution)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Rows of a symmetric matrix that a product computes together, some of them beyond the diagonal.
    private const int SymmetricBlock = 96;

    /// <summary>C ← αAB + βC; β = 0 means that C is not read. A is m × k, B is k × n.</summary>
    public virtual void Gemm(nint m, nint n, nint k, T alpha, MatrixOperand<T> a, MatrixOperand<T> b, T beta, T* c, nint strideC)
    {
        for (nint i = 0; beta != T.One && i < m; i++)
        {
            VectorLoops<T>.Scal(n, beta, c + (i * strideC));
        }

        execution.OnPath<T, GemmJob>(new(m, n, k, alpha, a, b, c, strideC));
    }

    /// <summary>The lower triangle of C ← αAAᵀ + βC; what is above the diagonal is not defined. A is n × k.</summary>
    public virtual void Syrk(nint n, nint k, T alpha, MatrixOperand<T> a, T beta, T* c, nint strideC)
    {
        for (nint i = 0; i < n; i += SymmetricBlock)
        {
            nint rows = nint.Min(SymmetricBlock, n - i);
            Gemm(rows, i + rows, k, alpha, a.From(i, 0), a.Transposed, beta, c + (i * strideC), strideC);
        }
    }

    /// <summary>y ← αAx + βy; β = 0 means that y is not read. A is m × n.</summary>
    public virtual void Gemv(nint m, nint n, T alpha, MatrixOperand<T> a, T* x, T beta, T* y)
    {
        if (a.IsTransposed)
        {
            // Row by row of what is in memory.
            VectorLoops<T>.Scal(m, beta, y);
            for (nint j = 0; j < n; j++)
            {
                VectorLoops<T>.Axpy(m, alpha * x[j], a.At(0, j), y);
            }

            return;
        }

        for (nint i = 0; i < m; i++)
        {
            T product = alpha * T.CreateTruncating(VectorLoops<T>.Dot(n, a.At(i, 0), x));
            y[i] = beta == T.Zero ? product : T.FusedMultiplyAdd(beta, y[i], product);
        }
    }

    /// <summary>A ← αxyᵀ + A. A is m × n.</summary>
    public virtual void Ger(nint m, nint n, T alpha, T* x, T* y, T* a, nint strideA)
    {
        for (nint i = 0; i < m; i++)
        {
            VectorLoops<T>.Axpy(n, alpha * x[i], y, a + (i * strideA));
        }
    }

    /// <summary>y ← αx + y.</summary>
    public virtual void Axpy(nint n, T alpha, T* x, T* y) => VectorLoops<T>.Axpy(n, alpha, x, y);

    /// <summary>y ← αx + βy; β = 0 means that y is not read.</summary>
    public virtual void Axpby(nint n, T alpha, T* x, T beta, T* y)
    {
        VectorLoops<T>.Scal(n, beta, y);
        VectorLoops<T>.Axpy(n, alpha, x, y);
    }

    /// <summary>x ← αx; zeros for α = 0, whatever x was.</summary>
    public virtual void Scal(nint n, T alpha, T* x) => VectorLoops<T>.Scal(n, alpha, x);

    /// <summary>Σxᵢyᵢ</summary>
    public virtual double Dot(nint n, T* x, T* y) => VectorLoops<T>.Dot(n, x, y);

    /// <summary>√Σxᵢ², without overflow on the way.</summary>
    public virtual double Nrm2(nint n, T* x) => VectorLoops<T>.Norm(n, x);

    /// <summary>Ascending eigenvalues of A, of which the lower triangle is read, and eigenvectors in its rows.</summary>
    /// <returns>Whether the iteration converged.</returns>
    public virtual bool SymmetricEigen(nint n, T* a, T* values) => Eigen.Decompose(n, a, values);

    /// <summary>A = LLᵀ in the lower triangle of A, of which nothing else is read; what is above the diagonal is not defined.</summary>
    /// <returns>The row, from 0, whose pivot is not positive; -1 if there is none.</returns>
    public virtual nint Cholesky(nint n, T* a) => CholeskyLoop.Factor(this, n, a);

    private readonly struct GemmJob(
        nint m, nint n, nint k, T alpha, MatrixOperand<T> a, MatrixOperand<T> b, T* c, nint strideC) : IPathJob<T>
    {
        public void Run<V>()
            where V : unmanaged, IMemoryLanes<V, T> => GemmLoop<T, V>.Run(m, n, k, alpha, a, b, c, strideC);
    }
}
