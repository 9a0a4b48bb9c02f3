using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>Operations on matrices.</summary>
public sealed unsafe partial class LinearAlgebra
{
    /// <summary>C ← αAB + βC.</summary>
    /// <param name="alpha">α; 0 means that A and B are not read.</param>
    /// <param name="a">A, m × k.</param>
    /// <param name="b">B, k × n.</param>
    /// <param name="beta">β; 0 means that C is not read.</param>
    /// <param name="c">C, m × n; must not overlap A or B.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or C overlaps A or B.</exception>
    public void Gemm<T>(T alpha, ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> b, T beta, MatrixSpan<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Shape(b.Rows, b.Columns, a.Columns, b.Columns, nameof(b), "as many rows as A has columns");
        MatrixGuard.Shape(c.Rows, c.Columns, a.Rows, b.Columns, nameof(c), "the shape of AB");
        Kernels<T> kernels = _bound.Value.Kernels<T>();
        fixed (T* pa = a, pb = b, pc = c)
        {
            MatrixGuard.Disjoint(pc, c.Extent, pa, a.Extent, nameof(c), nameof(a));
            MatrixGuard.Disjoint(pc, c.Extent, pb, b.Extent, nameof(c), nameof(b));
            if (c.Extent > 0)
            {
                Product<T> product = new(kernels, c.Rows, c.Columns, a.Columns, alpha, a.At(pa), b.At(pb), beta, c.At(pc));
                product.Run(Execution);
            }
        }
    }

    /// <summary>C ← αAAᵀ + βC, both triangles of C.</summary>
    /// <param name="alpha">α; 0 means that A is not read.</param>
    /// <param name="a">A, n × k; its transpose gives AᵀA.</param>
    /// <param name="beta">β; 0 means that C is not read.</param>
    /// <param name="c">C, n × n, of which the lower triangle is read; on return symmetric. Must not overlap A.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or C overlaps A.</exception>
    public void Syrk<T>(T alpha, ReadOnlyMatrixSpan<T> a, T beta, MatrixSpan<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Shape(c.Rows, c.Columns, a.Rows, a.Rows, nameof(c), "the shape of AAᵀ");
        Kernels<T> kernels = _bound.Value.Kernels<T>();
        fixed (T* pa = a, pc = c)
        {
            MatrixGuard.Disjoint(pc, c.Extent, pa, a.Extent, nameof(c), nameof(a));
            int parts = Product<T>.PartsOf((double)a.Rows * a.Rows * a.Columns, Execution);
            SymmetricProduct<T> product = new(kernels, a.Rows, a.Columns, alpha, a.At(pa), beta, c.At(pc), parts);
            Execution.RunParts(ref product, parts);
        }
    }

    /// <summary>A ← αxyᵀ + A.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="x">m elements.</param>
    /// <param name="y">n elements.</param>
    /// <param name="a">A, m × n; must not overlap x or y.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or A overlaps x or y.</exception>
    public void Ger<T>(T alpha, ReadOnlySpan<T> x, ReadOnlySpan<T> y, MatrixSpan<T> a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Shape(a.Rows, a.Columns, x.Length, y.Length, nameof(a), "the shape of xyᵀ");
        Kernels<T> kernels = _bound.Value.Kernels<T>();
        fixed (T* px = x, py = y, pa = a)
        {
            MatrixGuard.Disjoint(pa, a.Extent, px, x.Length, nameof(a), nameof(x));
            MatrixGuard.Disjoint(pa, a.Extent, py, y.Length, nameof(a), nameof(y));
            if (a.Extent > 0)
            {
                OuterProduct<T> product = new(kernels, a.Columns, alpha, px, py, a.At(pa));
                Execution.Run(ref product, a.Rows, a.Columns * sizeof(T));
            }
        }
    }

    /// <summary>y ← αAx + βy.</summary>
    /// <param name="alpha">α; 0 means that A and x are not read.</param>
    /// <param name="a">A, m × n.</param>
    /// <param name="x">n elements.</param>
    /// <param name="beta">β; 0 means that y is not read.</param>
    /// <param name="y">m elements; must not overlap A or x.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or y overlaps A or x.</exception>
    public void Gemv<T>(T alpha, ReadOnlyMatrixSpan<T> a, ReadOnlySpan<T> x, T beta, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Length(x.Length, a.Columns, nameof(x), "one for each column of A");
        MatrixGuard.Length(y.Length, a.Rows, nameof(y), "one for each row of A");
        Kernels<T> kernels = _bound.Value.Kernels<T>();
        fixed (T* px = x, py = y, pa = a)
        {
            MatrixGuard.Disjoint(py, y.Length, pa, a.Extent, nameof(y), nameof(a));
            MatrixGuard.Disjoint(py, y.Length, px, x.Length, nameof(y), nameof(x));
            if (alpha == T.Zero || a.Columns == 0)
            {
                kernels.Scal(y.Length, beta, py);
                return;
            }

            VectorProduct<T> product = new(kernels, a.Columns, alpha, a.At(pa), px, beta, py);
            Execution.Run(ref product, a.Rows, a.Columns * sizeof(T));
        }
    }

    /// <summary>A = VᵀΛV for a symmetric A: ascending eigenvalues, orthonormal eigenvectors in the rows of <paramref name="a"/>.</summary>
    /// <param name="a">A, n × n, of which the lower triangle is read; on return row i is the eigenvector of value i.</param>
    /// <param name="values">n values; must not overlap A.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or A has a non-finite element.</exception>
    /// <exception cref="ArithmeticException">The iteration did not converge. A and <paramref name="values"/> are as they were.</exception>
    public void SymmetricEigen<T>(MatrixSpan<T> a, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Square(a.Rows, a.Columns, nameof(a));
        MatrixGuard.Length(values.Length, a.Rows, nameof(values), "one for each row of A");
        nint n = a.Rows;
        Kernels<T> kernels = _bound.Value.Kernels<T>();
        if (n == 0)
        {
            return;
        }

        fixed (T* pa = a, pv = values)
        {
            MatrixGuard.Disjoint(pv, n, pa, a.Extent, nameof(values), nameof(a));
            MatrixGuard.FiniteLower(pa, n, a.Stride, nameof(a));
            using NativeVector<T> copy = new((n * n) + n, Execution);
            T* work = copy.Pointer, found = work + (n * n);
            for (nint i = 0; i < n; i++)
            {
                Copy(pa + (i * a.Stride), work + (i * n), i + 1);
            }

            if (!kernels.SymmetricEigen(n, work, found))
            {
                throw new ArithmeticException($"The eigenvalues of a {n} × {n} matrix did not converge.");
            }

            Copy(found, pv, n);
            for (nint i = 0; i < n; i++)
            {
                Copy(work + (i * n), pa + (i * a.Stride), n);
            }
        }
    }

    /// <summary>A = LLᵀ for a symmetric positive definite A.</summary>
    /// <param name="a">A, n × n, of which the lower triangle is read; on return L, with zeros above the diagonal.</param>
    /// <exception cref="ArgumentException">The shape does not fit, or A has a non-finite element.</exception>
    /// <exception cref="ArithmeticException">A is not positive definite; the message names the pivot. A is as it was.</exception>
    public void Cholesky<T>(MatrixSpan<T> a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Square(a.Rows, a.Columns, nameof(a));
        nint n = a.Rows;
        Kernels<T> kernels = _bound.Value.Kernels<T>();
        if (n == 0)
        {
            return;
        }

        fixed (T* pa = a)
        {
            MatrixGuard.FiniteLower(pa, n, a.Stride, nameof(a));
            using NativeVector<T> copy = new(n * n, Execution);
            T* work = copy.Pointer;
            for (nint i = 0; i < n; i++)
            {
                Copy(pa + (i * a.Stride), work + (i * n), i + 1);
            }

            nint pivot = kernels.Cholesky(n, work);
            if (pivot >= 0)
            {
                throw new ArithmeticException(
                    $"The matrix of {n} rows is not positive definite: the pivot of row {pivot} (from 0) is not greater than 0.");
            }

            for (nint i = 0; i < n; i++)
            {
                Copy(work + (i * n), pa + (i * a.Stride), i + 1);
                new Span<T>(pa + (i * a.Stride) + i + 1, (int)(n - i - 1)).Clear();
            }
        }
    }

    private static void Copy<T>(T* from, T* to, nint length)
        where T : unmanaged => Buffer.MemoryCopy(from, to, length * sizeof(T), length * sizeof(T));
}
