using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcOpt.Blas;

/// <summary>A view of a matrix in memory that it does not own, in row-major order, or transposed without moving an element.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct ReadOnlyMatrixSpan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal readonly ref T Origin;

    /// <summary>A matrix whose rows follow each other.</summary>
    /// <param name="values">Exactly <paramref name="rows"/> × <paramref name="columns"/> elements, row by row.</param>
    /// <param name="rows">Number of rows, from 0.</param>
    /// <param name="columns">Number of columns, from 0.</param>
    /// <exception cref="ArgumentException">The shape does not fit the number of elements.</exception>
    public ReadOnlyMatrixSpan(ReadOnlySpan<T> values, nint rows, nint columns)
        : this(ref MemoryMarshal.GetReference(values), rows, columns, columns, isTransposed: false) =>
        MatrixGuard.Shape(values.Length, rows, columns, nameof(values));

    /// <summary>A matrix within a vector of native memory, whose rows follow each other.</summary>
    /// <param name="vector">The memory; it must stay reachable while the matrix is used.</param>
    /// <param name="start">Where the first element lies.</param>
    /// <param name="rows">Number of rows, from 0.</param>
    /// <param name="columns">Number of columns, from 0.</param>
    /// <exception cref="ArgumentException">The matrix does not fit in the vector.</exception>
    /// <exception cref="ObjectDisposedException">The vector is disposed.</exception>
    public unsafe ReadOnlyMatrixSpan(NativeVector<T> vector, nint start, nint rows, nint columns)
        : this(ref *(vector.Pointer + MatrixGuard.Within(vector.Length, start, rows, columns, nameof(vector))), rows, columns, columns,
            isTransposed: false)
    {
    }

    internal ReadOnlyMatrixSpan(ref T origin, nint rows, nint columns, nint stride, bool isTransposed)
    {
        Origin = ref origin;
        (Rows, Columns, Stride, IsTransposed) = (rows, columns, stride, isTransposed);
    }

    /// <summary>Number of rows of the matrix as seen, that is after transposition.</summary>
    public nint Rows { get; }

    /// <summary>Number of columns of the matrix as seen.</summary>
    public nint Columns { get; }

    /// <summary>Elements from one row in memory to the next.</summary>
    public nint Stride { get; }

    /// <summary>Whether a row as seen is a column in memory.</summary>
    public bool IsTransposed { get; }

    /// <summary>The same elements, with rows and columns exchanged.</summary>
    public ReadOnlyMatrixSpan<T> Transposed => new(ref Origin, Columns, Rows, Stride, !IsTransposed);

    /// <summary>The first element in memory, for <c>fixed</c>; none of an empty matrix.</summary>
    public ref readonly T GetPinnableReference() => ref Origin;

    /// <summary>The element in a row and a column.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="column">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or column.</exception>
    public ref readonly T this[nint row, nint column]
    {
        get
        {
            MatrixGuard.Range(row, 1, Rows, nameof(row));
            MatrixGuard.Range(column, 1, Columns, nameof(column));
            return ref Unsafe.Add(ref Origin, Offset(row, column));
        }
    }

    /// <summary>A part of the matrix, which shares its elements.</summary>
    /// <param name="row">The first row of the part.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="rows">Its number of rows.</param>
    /// <param name="columns">Its number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the matrix.</exception>
    public ReadOnlyMatrixSpan<T> Slice(nint row, nint column, nint rows, nint columns)
    {
        MatrixGuard.Range(row, rows, Rows, nameof(rows));
        MatrixGuard.Range(column, columns, Columns, nameof(columns));
        return new(ref Unsafe.Add(ref Origin, Offset(row, column)), rows, columns, Stride, IsTransposed);
    }

    /// <summary>Elements in memory from the first to the last one.</summary>
    internal nint Extent => Rows == 0 || Columns == 0 ? 0 : Offset(Rows - 1, Columns - 1) + 1;

    /// <summary>The matrix as an operand at that address. A stride below the length of a row occurs only with a single row.</summary>
    internal unsafe MatrixOperand<T> At(T* origin) => new(origin, nint.Max(1, Stride), IsTransposed);

    private nint Offset(nint row, nint column) => IsTransposed ? (column * Stride) + row : (row * Stride) + column;
}
