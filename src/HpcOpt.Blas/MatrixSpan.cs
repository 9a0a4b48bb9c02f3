using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcOpt.Blas;

/// <summary>A writable view of a matrix in memory that it does not own, in row-major order.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct MatrixSpan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal readonly ref T Origin;

    /// <summary>A matrix whose rows follow each other.</summary>
    /// <param name="values">Exactly <paramref name="rows"/> × <paramref name="columns"/> elements, row by row.</param>
    /// <param name="rows">Number of rows, from 0.</param>
    /// <param name="columns">Number of columns, from 0.</param>
    /// <exception cref="ArgumentException">The shape does not fit the number of elements.</exception>
    public MatrixSpan(Span<T> values, nint rows, nint columns)
        : this(ref MemoryMarshal.GetReference(values), rows, columns, columns) =>
        MatrixGuard.Shape(values.Length, rows, columns, nameof(values));

    /// <summary>A matrix within a vector of native memory, whose rows follow each other.</summary>
    /// <param name="vector">The memory; it must stay reachable while the matrix is used.</param>
    /// <param name="start">Where the first element lies.</param>
    /// <param name="rows">Number of rows, from 0.</param>
    /// <param name="columns">Number of columns, from 0.</param>
    /// <exception cref="ArgumentException">The matrix does not fit in the vector.</exception>
    /// <exception cref="ObjectDisposedException">The vector is disposed.</exception>
    public unsafe MatrixSpan(NativeVector<T> vector, nint start, nint rows, nint columns)
        : this(ref *(vector.Pointer + MatrixGuard.Within(vector.Length, start, rows, columns, nameof(vector))), rows, columns, columns)
    {
    }

    internal MatrixSpan(ref T origin, nint rows, nint columns, nint stride)
    {
        Origin = ref origin;
        (Rows, Columns, Stride) = (rows, columns, stride);
    }

    /// <summary>Number of rows.</summary>
    public nint Rows { get; }

    /// <summary>Number of columns.</summary>
    public nint Columns { get; }

    /// <summary>Elements from one row to the next.</summary>
    public nint Stride { get; }

    /// <summary>The transpose, to be read.</summary>
    public ReadOnlyMatrixSpan<T> Transposed => new(ref Origin, Columns, Rows, Stride, isTransposed: true);

    /// <summary>The matrix, to be read.</summary>
    public static implicit operator ReadOnlyMatrixSpan<T>(MatrixSpan<T> matrix) => matrix.AsReadOnly();

    /// <summary>The matrix, to be read.</summary>
    public ReadOnlyMatrixSpan<T> AsReadOnly() => new(ref Origin, Rows, Columns, Stride, isTransposed: false);

    /// <summary>The first element in memory, for <c>fixed</c>; none of an empty matrix.</summary>
    public ref T GetPinnableReference() => ref Origin;

    /// <summary>The element in a row and a column.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="column">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or column.</exception>
    public ref T this[nint row, nint column]
    {
        get
        {
            MatrixGuard.Range(row, 1, Rows, nameof(row));
            MatrixGuard.Range(column, 1, Columns, nameof(column));
            return ref Unsafe.Add(ref Origin, (row * Stride) + column);
        }
    }

    /// <summary>A part of the matrix, which shares its elements.</summary>
    /// <param name="row">The first row of the part.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="rows">Its number of rows.</param>
    /// <param name="columns">Its number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the matrix.</exception>
    public MatrixSpan<T> Slice(nint row, nint column, nint rows, nint columns)
    {
        MatrixGuard.Range(row, rows, Rows, nameof(rows));
        MatrixGuard.Range(column, columns, Columns, nameof(columns));
        return new(ref Unsafe.Add(ref Origin, (row * Stride) + column), rows, columns, Stride);
    }

    /// <summary>Elements in memory from the first to the last one.</summary>
    internal nint Extent => AsReadOnly().Extent;

    /// <summary>The matrix as an operand, whose first element lies at that address.</summary>
    internal unsafe MatrixOperand<T> At(T* origin) => AsReadOnly().At(origin);
}
