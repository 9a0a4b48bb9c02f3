using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Blas;

/// <summary>Operations on vectors, of any length by address.</summary>
public sealed unsafe partial class LinearAlgebra
{
    /// <summary>y ← αx + y.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="x">As many elements as <paramref name="y"/>; the same vector, or one that does not overlap it.</param>
    /// <param name="y">The vector that changes.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the vectors overlap without being the same.</exception>
    public void Axpy<T>(T alpha, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Axpby(alpha, x, T.One, y);

    /// <inheritdoc cref="Axpy{T}(T, ReadOnlySpan{T}, Span{T})"/>
    /// <param name="alpha">α.</param>
    /// <param name="x">Address of the first element.</param>
    /// <param name="y">Address of the first element.</param>
    /// <param name="length">Number of elements of each, from 0.</param>
    public void Axpy<T>(T alpha, T* x, T* y, nint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Axpby(alpha, x, T.One, y, length);

    /// <summary>y ← αx + βy.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="x">As many elements as <paramref name="y"/>; the same vector, or one that does not overlap it.</param>
    /// <param name="beta">β; 0 means that y is not read.</param>
    /// <param name="y">The vector that changes.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the vectors overlap without being the same.</exception>
    public void Axpby<T>(T alpha, ReadOnlySpan<T> x, T beta, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Length(x.Length, y.Length, nameof(x), "as many as y has");
        fixed (T* px = x, py = y)
        {
            Axpby(alpha, px, beta, py, y.Length);
        }
    }

    /// <inheritdoc cref="Axpby{T}(T, ReadOnlySpan{T}, T, Span{T})"/>
    /// <param name="alpha">α.</param>
    /// <param name="x">Address of the first element.</param>
    /// <param name="beta">β; 0 means that y is not read.</param>
    /// <param name="y">Address of the first element.</param>
    /// <param name="length">Number of elements of each, from 0.</param>
    public void Axpby<T>(T alpha, T* x, T beta, T* y, nint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector(x, length, nameof(x));
        Vector(y, length, nameof(y));
        Guard.SameOrDisjoint(x, y, length, nameof(x), nameof(y));
        if (x == y)
        {
            // Where it is the same vector, one factor does both.
            Scal(alpha + beta, y, length);
            return;
        }

        Combination<T> work = new(_bound.Value.Kernels<T>(), alpha, x, beta, y);
        Execution.Run(ref work, length, sizeof(T));
    }

    /// <summary>x ← αx.</summary>
    /// <param name="alpha">α; 0 means that x is not read.</param>
    /// <param name="x">The vector that changes.</param>
    public void Scal<T>(T alpha, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* px = x)
        {
            Scal(alpha, px, x.Length);
        }
    }

    /// <inheritdoc cref="Scal{T}(T, Span{T})"/>
    /// <param name="alpha">α; 0 means that x is not read.</param>
    /// <param name="x">Address of the first element.</param>
    /// <param name="length">Number of elements, from 0.</param>
    public void Scal<T>(T alpha, T* x, nint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector(x, length, nameof(x));
        Scaling<T> work = new(_bound.Value.Kernels<T>(), alpha, x);
        Execution.Run(ref work, length, sizeof(T));
    }

    /// <summary>Σxᵢyᵢ</summary>
    /// <param name="x">As many elements as <paramref name="y"/>.</param>
    /// <param name="y">The other vector.</param>
    /// <returns>The sum; the number of threads changes no bit of it.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixGuard.Length(x.Length, y.Length, nameof(x), "as many as y has");
        fixed (T* px = x, py = y)
        {
            return Dot(px, py, y.Length);
        }
    }

    /// <inheritdoc cref="Dot{T}(ReadOnlySpan{T}, ReadOnlySpan{T})"/>
    /// <param name="x">Address of the first element.</param>
    /// <param name="y">Address of the first element.</param>
    /// <param name="length">Number of elements of each, from 0.</param>
    public T Dot<T>(T* x, T* y, nint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector(x, length, nameof(x));
        Vector(y, length, nameof(y));
        double* sums = stackalloc double[BlockSums<T>.MostBlocks];
        BlockSums<T> work = new(_bound.Value.Kernels<T>(), length, x, y, sums);
        Execution.Run(ref work, work.Blocks, work.BlockLength * sizeof(T));
        double sum = 0;
        for (nint i = 0; i < work.Blocks; i++)
        {
            sum += sums[i];
        }

        return T.CreateTruncating(sum);
    }

    /// <summary>√Σxᵢ², without overflow or underflow on the way.</summary>
    /// <param name="x">The vector.</param>
    /// <returns>The norm; the number of threads changes no bit of it.</returns>
    public T Nrm2<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* px = x)
        {
            return Nrm2(px, x.Length);
        }
    }

    /// <inheritdoc cref="Nrm2{T}(ReadOnlySpan{T})"/>
    /// <param name="x">Address of the first element.</param>
    /// <param name="length">Number of elements, from 0.</param>
    public T Nrm2<T>(T* x, nint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector(x, length, nameof(x));
        double* norms = stackalloc double[BlockSums<T>.MostBlocks];
        BlockSums<T> work = new(_bound.Value.Kernels<T>(), length, x, y: null, norms);
        Execution.Run(ref work, work.Blocks, work.BlockLength * sizeof(T));
        return T.CreateTruncating(Managed.VectorLoops<double>.Norm(work.Blocks, norms));
    }

    private static void Vector<T>(T* vector, nint length, string name)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Guard.NotNull(vector, length, name);
    }
}
