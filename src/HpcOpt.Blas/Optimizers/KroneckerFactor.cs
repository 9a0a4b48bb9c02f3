using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Blas;

/// <summary>One factor of <see cref="Shampoo"/>: S = ΣGGᵀ of n × n and its root (S + εI)^(-1/k), or the diagonals of both alone.</summary>
/// <param name="side">n.</param>
/// <param name="order">k, 2 or 4.</param>
/// <param name="sum">S, n × n numbers, or n for the diagonal.</param>
/// <param name="root">The root, likewise.</param>
/// <param name="pass">Runs passes over vectors.</param>
internal sealed unsafe class KroneckerFactor<T>(nint side, int order, StateView sum, StateView root, VectorPass<T> pass)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _isDiagonal = sum.Length == side && side > 1;

    private T* Sum => (T*)sum.Pointer;

    private T* Root => (T*)root.Pointer;

    /// <summary>n, or 0 for a diagonal, which needs no eigenvalues.</summary>
    public nint WholeSide => _isDiagonal ? 0 : side;

    /// <summary>tr S.</summary>
    public double Trace()
    {
        double trace = 0;
        for (nint i = 0; i < side; i++)
        {
            trace += double.CreateTruncating(Sum[_isDiagonal ? i : (i * side) + i]);
        }

        return trace;
    }

    /// <summary>S ← S + s²GGᵀ for a matrix in row-major order, or S + s²GᵀG.</summary>
    public void Add(LinearAlgebra algebra, double scale, T* gradient, nint rows, nint columns, bool transposed)
    {
        if (!_isDiagonal)
        {
            var g = new MatrixSpan<T>(ref *gradient, rows, columns, columns);
            algebra.Syrk(T.CreateTruncating(scale * scale), transposed ? g.Transposed : g, T.One, Whole(Sum));
            return;
        }

        for (nint i = 0; i < rows; i++)
        {
            for (nint j = 0; j < columns; j++)
            {
                T value = T.CreateTruncating(scale) * gradient[(i * columns) + j];
                T* square = Sum + (transposed ? j : i);
                *square = T.FusedMultiplyAdd(value, value, *square);
            }
        }
    }

    /// <summary>Brings the root up to date.</summary>
    public void FindRoot(InverseRoot inverseRoot, double epsilon)
    {
        if (!_isDiagonal)
        {
            inverseRoot.Find(Sum, Root, side, order, epsilon);
            return;
        }

        for (nint i = 0; i < side; i++)
        {
            Root[i] = T.CreateTruncating(InverseRoot.Of(double.CreateTruncating(Sum[i]) + epsilon, order));
        }
    }

    /// <summary>B ← (S + εI)^(-1/k) sA for matrices of n × <paramref name="columns"/>.</summary>
    public void MultiplyLeft(LinearAlgebra algebra, double scale, T* a, T* b, nint columns)
    {
        T s = T.CreateTruncating(scale);
        if (!_isDiagonal)
        {
            algebra.Gemm(s, Whole(Root), new MatrixSpan<T>(ref *a, side, columns, columns), T.Zero,
                new MatrixSpan<T>(ref *b, side, columns, columns));
            return;
        }

        for (nint i = 0; i < side; i++)
        {
            pass.Run(new ScalePass(double.CreateTruncating(s * Root[i])), columns, b + (i * columns), a + (i * columns));
        }
    }

    /// <summary>B ← A (S + εI)^(-1/k) for matrices of <paramref name="rows"/> × n.</summary>
    public void MultiplyRight(LinearAlgebra algebra, T* a, T* b, nint rows)
    {
        if (!_isDiagonal)
        {
            algebra.Gemm(
                T.One, new MatrixSpan<T>(ref *a, rows, side, side), Whole(Root), T.Zero, new MatrixSpan<T>(ref *b, rows, side, side));
            return;
        }

        for (nint i = 0; i < rows; i++)
        {
            for (nint j = 0; j < side; j++)
            {
                b[(i * side) + j] = Root[j] * a[(i * side) + j];
            }
        }
    }

    private MatrixSpan<T> Whole(T* matrix) => new(ref *matrix, side, side, side);
}
