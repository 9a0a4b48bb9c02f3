using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>The operations of linear algebra that this library needs, by the fastest provider found, on the threads of an <see cref="HpcOpt.Execution"/>.</summary>
public sealed unsafe class LinearAlgebra
{
    /// <summary>Operations by a provider, on the threads of an execution.</summary>
    /// <param name="provider">None means the environment's choice.</param>
    /// <param name="execution">Path and threads; none means <see cref="Execution.Default"/>.</param>
    public LinearAlgebra(string? provider = null, Execution? execution = null) => Execution = execution ?? Execution.Default;

    /// <summary>The environment's choice of provider (<c>HPCOPT_BLAS</c>) with <see cref="Execution.Default"/>.</summary>
    public static LinearAlgebra Default { get; } = new();

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
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Shape(b.Rows, b.Columns, a.Columns, b.Columns, nameof(b), "as many rows as A has columns");
        MatrixGuard.Shape(c.Rows, c.Columns, a.Rows, b.Columns, nameof(c), "the shape of AB");
        fixed (T* pa = a, pb = b, pc = c)
        {
            new Kernels<T>().Gemm(c.Rows, c.Columns, a.Columns, alpha, pa, a.Stride, a.IsTransposed, pb, b.Stride, b.IsTransposed, beta, pc, c.Stride);
        }
    }

    /// <summary>C ← αAAᵀ + βC, both triangles of C.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="a">A, n × k; its transpose gives AᵀA.</param>
    /// <param name="beta">β; 0 means that C is not read.</param>
    /// <param name="c">C, n × n, symmetric; must not overlap A.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Syrk<T>(T alpha, ReadOnlyMatrixSpan<T> a, T beta, MatrixSpan<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Shape(c.Rows, c.Columns, a.Rows, a.Rows, nameof(c), "the shape of AAᵀ");
        Gemm(alpha, a, a.Transposed, beta, c);
    }

    /// <summary>A ← αxyᵀ + A.</summary>
    public void Ger<T>(T alpha, ReadOnlySpan<T> x, ReadOnlySpan<T> y, MatrixSpan<T> a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Shape(a.Rows, a.Columns, x.Length, y.Length, nameof(a), "the shape of xyᵀ");
        Gemm(alpha, new ReadOnlyMatrixSpan<T>(x, x.Length, 1), new ReadOnlyMatrixSpan<T>(y, 1, y.Length), T.One, a);
    }

    /// <summary>y ← αAx + βy.</summary>
    public void Gemv<T>(T alpha, ReadOnlyMatrixSpan<T> a, ReadOnlySpan<T> x, T beta, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Length(x.Length, a.Columns, nameof(x), "one for each column of A");
        MatrixGuard.Length(y.Length, a.Rows, nameof(y), "one for each row of A");
        Gemm(alpha, a, new ReadOnlyMatrixSpan<T>(x, x.Length, 1), beta, new MatrixSpan<T>(y, y.Length, 1));
    }

    /// <summary>A = VᵀΛV for a symmetric A: its eigenvalues, ascending, and in the rows of <paramref name="a"/> the orthonormal eigenvectors.</summary>
    /// <param name="a">A, n × n, of which the lower triangle is read; on return row i is the eigenvector of value i.</param>
    /// <param name="values">n values.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or A has a non-finite element.</exception>
    public void SymmetricEigen<T>(MatrixSpan<T> a, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Square(a.Rows, a.Columns, nameof(a));
        MatrixGuard.Length(values.Length, a.Rows, nameof(values), "one for each row of A");
        int n = (int)a.Rows;
        fixed (T* pa = a)
        {
            MatrixGuard.FiniteLower(pa, n, a.Stride, nameof(a));
            double[,] s = new double[n, n], v = new double[n, n];
            for (int i = 0; i < n; i++)
            {
                v[i, i] = 1;
                for (int j = 0; j <= i; j++)
                {
                    s[i, j] = s[j, i] = double.CreateChecked(pa[(i * a.Stride) + j]);
                }
            }

            Jacobi(s, v);
            int[] order = [.. Enumerable.Range(0, n).OrderBy(i => s[i, i])];
            for (int i = 0; i < n; i++)
            {
                values[i] = T.CreateChecked(s[order[i], order[i]]);
                for (int j = 0; j < n; j++)
                {
                    pa[(i * a.Stride) + j] = T.CreateChecked(v[order[i], j]);
                }
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
        int n = (int)a.Rows;
        fixed (T* pa = a)
        {
            MatrixGuard.FiniteLower(pa, n, a.Stride, nameof(a));
            T[,] l = new T[n, n];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    T sum = pa[(i * a.Stride) + j];
                    for (int k = 0; k < j; k++)
                    {
                        sum -= l[i, k] * l[j, k];
                    }

                    if (i == j && !(sum > T.Zero))
                    {
                        throw new ArithmeticException($"The matrix is not positive definite: pivot {i} (from 0) is {sum}.");
                    }

                    l[i, j] = i == j ? T.Sqrt(sum) : sum / l[j, j];
                }
            }

            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    pa[(i * a.Stride) + j] = l[i, j];
                }
            }
        }
    }

    // Cyclic rotations until nothing beside the diagonal counts; the eigenvectors are the rows of v.
    private static void Jacobi(double[,] s, double[,] v)
    {
        int n = s.GetLength(0);
        for (int sweep = 0, rotations = 1; rotations > 0 && sweep < 60; sweep++)
        {
            rotations = 0;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    if (Math.Abs(s[p, q]) <= 1e-17 * Math.Sqrt(Math.Abs(s[p, p] * s[q, q])) || Math.Abs(s[p, q]) < 1e-290)
                    {
                        continue;
                    }

                    rotations++;
                    double theta = (s[q, q] - s[p, p]) / (2 * s[p, q]);
                    double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
                    double cos = 1 / Math.Sqrt((t * t) + 1), sin = t * cos;
                    for (int k = 0; k < n; k++)
                    {
                        (s[k, p], s[k, q]) = ((cos * s[k, p]) - (sin * s[k, q]), (sin * s[k, p]) + (cos * s[k, q]));
                    }

                    for (int k = 0; k < n; k++)
                    {
                        (s[p, k], s[q, k]) = ((cos * s[p, k]) - (sin * s[q, k]), (sin * s[p, k]) + (cos * s[q, k]));
                        (v[p, k], v[q, k]) = ((cos * v[p, k]) - (sin * v[q, k]), (sin * v[p, k]) + (cos * v[q, k]));
                    }
                }
            }
        }
    }
}
