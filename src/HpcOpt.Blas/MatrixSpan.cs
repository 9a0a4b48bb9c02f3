using System.Numerics;
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
}
