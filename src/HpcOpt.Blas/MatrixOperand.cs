namespace HpcOpt.Blas;

/// <summary>A matrix as a product reads it: element (i, j) at i · row stride + j · column stride, of which one is 1.</summary>
internal readonly unsafe struct MatrixOperand<T>(T* origin, nint stride, bool isTransposed)
    where T : unmanaged
{
    public T* Origin => origin;

    /// <summary>Elements from one row in memory to the next.</summary>
    public nint Stride => stride;

    /// <summary>Whether a row as seen is a column in memory.</summary>
    public bool IsTransposed => isTransposed;

    public nint RowStride => isTransposed ? 1 : stride;

    public nint ColumnStride => isTransposed ? stride : 1;

    public T* At(nint row, nint column) => origin + (row * RowStride) + (column * ColumnStride);

    /// <summary>The part that begins there.</summary>
    public MatrixOperand<T> From(nint row, nint column) => new(At(row, column), stride, isTransposed);

    /// <summary>The transpose.</summary>
    public MatrixOperand<T> Transposed => new(origin, stride, !isTransposed);
}
