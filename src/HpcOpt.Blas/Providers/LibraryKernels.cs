using System.Numerics;

namespace HpcOpt.Blas.Providers;

/// <summary>The operations by a library. Longer calls than it can count are split; what it lacks stays managed.</summary>
/// <param name="execution">For what stays managed.</param>
/// <param name="library">The library.</param>
/// <param name="limit">The largest length that it counts to.</param>
internal sealed unsafe class LibraryKernels<T>(Execution execution, BlasLibrary library, nint limit) : Kernels<T>(execution)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The numbers that CBLAS gave its options.
    private const int RowMajor = 101;
    private const int AsIs = 111;
    private const int Transposed = 112;
    private const int Lower = 122;

    private readonly Functions<T> _functions = library.Functions<T>();

    public override void Gemm(nint m, nint n, nint k, T alpha, MatrixOperand<T> a, MatrixOperand<T> b, T beta, T* c, nint strideC)
    {
        if (m > limit)
        {
            Gemm(m / 2, n, k, alpha, a, b, beta, c, strideC);
            Gemm(m - (m / 2), n, k, alpha, a.From(m / 2, 0), b, beta, c + (m / 2 * strideC), strideC);
        }
        else if (n > limit)
        {
            Gemm(m, n / 2, k, alpha, a, b, beta, c, strideC);
            Gemm(m, n - (n / 2), k, alpha, a, b.From(0, n / 2), beta, c + (n / 2), strideC);
        }
        else if (k > limit)
        {
            Gemm(m, n, k / 2, alpha, a, b, beta, c, strideC);
            Gemm(m, n, k - (k / 2), alpha, a.From(0, k / 2), b.From(k / 2, 0), T.One, c, strideC);
        }
        else if (Counts(a.Stride) && Counts(b.Stride) && Counts(strideC))
        {
            using BlasLibrary.OneThread one = library.OnOneThread();
            _functions.Gemm(RowMajor, Order(a), Order(b), (int)m, (int)n, (int)k, alpha, a.Origin, (int)a.Stride, b.Origin, (int)b.Stride,
                beta, c, (int)strideC);
        }
        else
        {
            base.Gemm(m, n, k, alpha, a, b, beta, c, strideC);
        }
    }

    public override void Syrk(nint n, nint k, T alpha, MatrixOperand<T> a, T beta, T* c, nint strideC)
    {
        if (n > limit)
        {
            nint half = n / 2;
            MatrixOperand<T> below = a.From(half, 0);
            Syrk(half, k, alpha, a, beta, c, strideC);
            Gemm(n - half, half, k, alpha, below, a.Transposed, beta, c + (half * strideC), strideC);
            Syrk(n - half, k, alpha, below, beta, c + (half * strideC) + half, strideC);
        }
        else if (k > limit)
        {
            Syrk(n, k / 2, alpha, a, beta, c, strideC);
            Syrk(n, k - (k / 2), alpha, a.From(0, k / 2), T.One, c, strideC);
        }
        else if (Counts(a.Stride) && Counts(strideC))
        {
            using BlasLibrary.OneThread one = library.OnOneThread();
            _functions.Syrk(RowMajor, Lower, Order(a), (int)n, (int)k, alpha, a.Origin, (int)a.Stride, beta, c, (int)strideC);
        }
        else
        {
            base.Syrk(n, k, alpha, a, beta, c, strideC);
        }
    }

    public override void Gemv(nint m, nint n, T alpha, MatrixOperand<T> a, T* x, T beta, T* y)
    {
        if (m > limit)
        {
            Gemv(m / 2, n, alpha, a, x, beta, y);
            Gemv(m - (m / 2), n, alpha, a.From(m / 2, 0), x, beta, y + (m / 2));
        }
        else if (n > limit)
        {
            Gemv(m, n / 2, alpha, a, x, beta, y);
            Gemv(m, n - (n / 2), alpha, a.From(0, n / 2), x + (n / 2), T.One, y);
        }
        else if (Counts(a.Stride))
        {
            // The library counts rows and columns in memory.
            (nint rows, nint columns) = a.IsTransposed ? (n, m) : (m, n);
            using BlasLibrary.OneThread one = library.OnOneThread();
            _functions.Gemv(RowMajor, Order(a), (int)rows, (int)columns, alpha, a.Origin, (int)a.Stride, x, 1, beta, y, 1);
        }
        else
        {
            base.Gemv(m, n, alpha, a, x, beta, y);
        }
    }

    public override void Ger(nint m, nint n, T alpha, T* x, T* y, T* a, nint strideA)
    {
        if (m > limit)
        {
            Ger(m / 2, n, alpha, x, y, a, strideA);
            Ger(m - (m / 2), n, alpha, x + (m / 2), y, a + (m / 2 * strideA), strideA);
        }
        else if (n > limit)
        {
            Ger(m, n / 2, alpha, x, y, a, strideA);
            Ger(m, n - (n / 2), alpha, x, y + (n / 2), a + (n / 2), strideA);
        }
        else if (Counts(strideA))
        {
            using BlasLibrary.OneThread one = library.OnOneThread();
            _functions.Ger(RowMajor, (int)m, (int)n, alpha, x, 1, y, 1, a, (int)strideA);
        }
        else
        {
            base.Ger(m, n, alpha, x, y, a, strideA);
        }
    }

    public override void Axpy(nint n, T alpha, T* x, T* y)
    {
        using BlasLibrary.OneThread one = library.OnOneThread();
        for (nint i = 0, length; i < n; i += length)
        {
            length = nint.Min(limit, n - i);
            _functions.Axpy((int)length, alpha, x + i, 1, y + i, 1);
        }
    }

    public override void Axpby(nint n, T alpha, T* x, T beta, T* y)
    {
        // Whether β = 0 hides what was in y depends on the library.
        if (_functions.Axpby is null || beta == T.Zero)
        {
            base.Axpby(n, alpha, x, beta, y);
            return;
        }

        using BlasLibrary.OneThread one = library.OnOneThread();
        for (nint i = 0, length; i < n; i += length)
        {
            length = nint.Min(limit, n - i);
            _functions.Axpby((int)length, alpha, x + i, 1, beta, y + i, 1);
        }
    }

    public override void Scal(nint n, T alpha, T* x)
    {
        // Whether α = 0 hides what was in x depends on the library.
        if (alpha == T.Zero)
        {
            base.Scal(n, alpha, x);
            return;
        }

        using BlasLibrary.OneThread one = library.OnOneThread();
        for (nint i = 0, length; i < n; i += length)
        {
            length = nint.Min(limit, n - i);
            _functions.Scal((int)length, alpha, x + i, 1);
        }
    }

    public override double Dot(nint n, T* x, T* y)
    {
        using BlasLibrary.OneThread one = library.OnOneThread();
        double sum = 0;
        for (nint i = 0, length; i < n; i += length)
        {
            length = nint.Min(limit, n - i);
            sum += double.CreateTruncating(_functions.Dot((int)length, x + i, 1, y + i, 1));
        }

        return sum;
    }

    public override double Nrm2(nint n, T* x)
    {
        using BlasLibrary.OneThread one = library.OnOneThread();
        double norm = 0;
        for (nint i = 0, length; i < n; i += length)
        {
            length = nint.Min(limit, n - i);
            norm = double.Hypot(norm, double.CreateTruncating(_functions.Nrm2((int)length, x + i, 1)));
        }

        return norm;
    }

    public override bool SymmetricEigen(nint n, T* a, T* values)
    {
        // What the function asks for as its memory, which it counts too.
        nint workLength = 1 + (6 * n) + (2 * n * n);
        if (_functions.Syevd is null || !Counts(workLength))
        {
            return base.SymmetricEigen(n, a, values);
        }

        // Fortran sees the transpose: its upper triangle is our lower one, and its columns are our rows.
        using BlasLibrary.OneThread one = library.OnOneThread();
        using NativeVector<T> work = new(workLength, Managed.Serial.Execution);
        int[] integers = new int[3 + (5 * n)];
        (byte vectors, byte upper) = ((byte)'V', (byte)'U');
        (int size, int workSize, int integersSize, int info) = ((int)n, (int)workLength, integers.Length, 0);
        fixed (int* integerWork = integers)
        {
            _functions.Syevd(&vectors, &upper, &size, a, &size, values, work.Pointer, &workSize, integerWork, &integersSize, &info, 1, 1);
        }

        return info == 0;
    }

    public override nint Cholesky(nint n, T* a)
    {
        if (_functions.Potrf is null || !Counts(n))
        {
            return base.Cholesky(n, a);
        }

        using BlasLibrary.OneThread one = library.OnOneThread();
        byte upper = (byte)'U';
        (int size, int info) = ((int)n, 0);
        _functions.Potrf(&upper, &size, a, &size, &info, 1);

        // Counted from 1; 0 is success.
        return info - 1;
    }

    private static int Order(MatrixOperand<T> matrix) => matrix.IsTransposed ? Transposed : AsIs;

    private bool Counts(nint length) => length <= limit;
}
