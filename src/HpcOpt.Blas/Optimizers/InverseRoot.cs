using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>(S + εI)^(-1/k) of symmetric positive semidefinite matrices up to some size, in double and in its own memory.</summary>
internal sealed unsafe class InverseRoot(LinearAlgebra algebra, nint largestSide) : IDisposable
{
    private readonly NativeVector<double> _eigenvectors = new(largestSide * largestSide, algebra.Execution);
    private readonly NativeVector<double> _root = new(largestSide * largestSide, algebra.Execution);
    private readonly NativeVector<double> _eigenvalues = new(largestSide, algebra.Execution);

    /// <summary>x^(-1/k) for k = 2 or 4: by square roots, which are the same on every machine.</summary>
    public static double Of(double x, int order) => 1 / Math.Sqrt(order == 2 ? x : Math.Sqrt(x));

    /// <summary>With S = VᵀΛV the root is WᵀW, W = (Λ + ε)^(-1/2k) V.</summary>
    public void Find<T>(T* matrix, T* root, nint side, int order, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double* v = _eigenvectors.Pointer;
        for (nint i = 0; i < side * side; i++)
        {
            v[i] = double.CreateTruncating(matrix[i]);
        }

        Span<double> eigenvalues = _eigenvalues.AsSpan(0, (int)side);
        var vectors = new MatrixSpan<double>(ref *v, side, side, side);
        algebra.SymmetricEigen(vectors, eigenvalues);
        for (nint i = 0; i < side; i++)
        {
            // Rounding may leave a zero of Λ below zero.
            double half = Math.Sqrt(Of(Math.Max(eigenvalues[(int)i], 0) + epsilon, order));
            for (nint j = 0; j < side; j++)
            {
                v[(i * side) + j] *= half;
            }
        }

        algebra.Syrk(1, vectors.Transposed, 0, new MatrixSpan<double>(ref *_root.Pointer, side, side, side));
        for (nint i = 0; i < side * side; i++)
        {
            root[i] = T.CreateTruncating(_root.Pointer[i]);
        }
    }

    public void Dispose()
    {
        _eigenvectors.Dispose();
        _root.Dispose();
        _eigenvalues.Dispose();
    }
}
