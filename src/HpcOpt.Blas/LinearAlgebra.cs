using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>The operations of linear algebra that this library needs, by the fastest provider found, on the threads of an <see cref="HpcOpt.Execution"/>.</summary>
public sealed unsafe class LinearAlgebra
{
    private LinearAlgebra(Execution execution) => Execution = execution;

    /// <summary>The environment's choice of provider (<c>HPCOPT_BLAS</c>) with <see cref="Execution.Default"/>.</summary>
    public static LinearAlgebra Default { get; } = new(Execution.Default);

    /// <summary>Whose threads share the work.</summary>
    public Execution Execution { get; }

    /// <summary>C ← αAB + βC.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="a">A, m × k.</param>
    /// <param name="b">B, k × n.</param>
    /// <param name="beta">β; 0 means that C is not read.</param>
    /// <param name="c">C, m × n; must not overlap A or B.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Gemm<T>(T alpha, ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, T beta, MatrixSpan<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    /// <summary>C ← αAAᵀ + βC, both triangles of C.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="a">A, n × k; its transpose gives AᵀA.</param>
    /// <param name="beta">β; 0 means that C is not read.</param>
    /// <param name="c">C, n × n, symmetric; must not overlap A.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Syrk<T>(T alpha, ReadOnlyMatrixSpan<T> a, T beta, MatrixSpan<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    /// <summary>A ← αxyᵀ + A.</summary>
    public void Ger<T>(T alpha, ReadOnlySpan<T> x, ReadOnlySpan<T> y, MatrixSpan<T> a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    /// <summary>y ← αAx + βy.</summary>
    public void Gemv<T>(T alpha, ReadOnlyMatrixSpan<T> a, ReadOnlySpan<T> x, T beta, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    /// <summary>A = VᵀΛV for a symmetric A: its eigenvalues, ascending, and in the rows of <paramref name="a"/> the orthonormal eigenvectors.</summary>
    /// <param name="a">A, n × n, of which the lower triangle is read; on return row i is the eigenvector of value i.</param>
    /// <param name="values">n values.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or A has a non-finite element.</exception>
    public void SymmetricEigen<T>(MatrixSpan<T> a, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    /// <summary>A = LLᵀ for a symmetric positive definite A.</summary>
    /// <param name="a">A, n × n, of which the lower triangle is read; on return L, with zeros above the diagonal.</param>
    /// <exception cref="ArgumentException">The shape does not fit, or A has a non-finite element.</exception>
    /// <exception cref="ArithmeticException">A is not positive definite; the message names the pivot. A is as it was.</exception>
    public void Cholesky<T>(MatrixSpan<T> a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();
}
