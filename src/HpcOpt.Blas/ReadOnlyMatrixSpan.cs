using System.Numerics;
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
}
