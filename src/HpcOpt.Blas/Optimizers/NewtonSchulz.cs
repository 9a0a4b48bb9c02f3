using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Blas;

/// <summary>Brings the singular values of a matrix near 1 and keeps its singular vectors, by products alone.</summary>
/// <remarks>
/// X ← aX + (bA + cA²)X with A = XXᵀ maps a singular value σ to aσ + bσ³ + cσ⁵. The coefficients make the slope at 0 steep. The smaller of
/// XXᵀ and XᵀX is A: they give the same.
/// </remarks>
internal sealed unsafe class NewtonSchulz<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T A = T.CreateTruncating(3.4445);
    private static readonly T B = T.CreateTruncating(-4.7750);
    private static readonly T C = T.CreateTruncating(2.0315);

    private readonly LinearAlgebra _algebra;
    private readonly VectorPass<T> _pass;
    private readonly NativeVector<T> _x;
    private readonly NativeVector<T> _next;
    private readonly NativeVector<T> _gram;
    private readonly NativeVector<T> _polynomial;

    /// <summary>Takes the memory.</summary>
    public NewtonSchulz(LinearAlgebra algebra, VectorPass<T> pass, IEnumerable<ParameterSegment> matrices)
    {
        (nint length, nint side) = (0, 0);
        foreach (ParameterSegment matrix in matrices)
        {
            length = nint.Max(length, matrix.Length);
            side = nint.Max(side, nint.Min(matrix.Shape[0], matrix.Shape[1]));
        }

        (_algebra, _pass) = (algebra, pass);
        _x = new(length, algebra.Execution);
        _next = new(length, algebra.Execution);
        _gram = new(side * side, algebra.Execution);
        _polynomial = new(side * side, algebra.Execution);
    }

    /// <summary>Where the matrix is expected, row by row.</summary>
    public T* Input => _x.Pointer;

    /// <summary>The result for the matrix at <see cref="Input"/>, which is overwritten; valid until the next call.</summary>
    public T* Run(nint rows, nint columns, int iterations, double epsilon)
    {
        nint length = rows * columns, side = nint.Min(rows, columns);
        T* x = _x.Pointer, next = _next.Pointer;
        _pass.Run(new ScalePass(1 / Math.Max(Magnitude.Norm(x, length), epsilon)), length, x, x);
        var gram = new MatrixSpan<T>(ref *_gram.Pointer, side, side, side);
        var polynomial = new MatrixSpan<T>(ref *_polynomial.Pointer, side, side, side);
        for (int i = 0; i < iterations; i++)
        {
            MatrixSpan<T> current = new(ref *x, rows, columns, columns), result = new(ref *next, rows, columns, columns);
            _algebra.Syrk(T.One, rows <= columns ? current : current.Transposed, T.Zero, gram);

            // bA + cAAᵀ, A being symmetric.
            _pass.Run(new ScalePass(1), side * side, _polynomial.Pointer, _gram.Pointer);
            _algebra.Syrk(C, gram, B, polynomial);
            _pass.Run(new ScalePass(1), length, next, x);
            if (rows <= columns)
            {
                _algebra.Gemm(T.One, polynomial, current, A, result);
            }
            else
            {
                _algebra.Gemm(T.One, current, polynomial, A, result);
            }

            T* swapped = x;
            x = next;
            next = swapped;
        }

        return x;
    }

    public void Dispose()
    {
        _x.Dispose();
        _next.Dispose();
        _gram.Dispose();
        _polynomial.Dispose();
    }
}
