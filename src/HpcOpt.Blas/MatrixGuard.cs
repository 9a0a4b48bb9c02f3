namespace HpcOpt.Blas;

/// <summary>Checks of shapes, before anything is written.</summary>
internal static class MatrixGuard
{
    public static void Shape(nint length, nint rows, nint columns, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if ((Int128)rows * columns != length)
        {
            throw new ArgumentException($"has {length} elements; expected {rows} rows × {columns} columns = {(Int128)rows * columns}", name);
        }
    }
}
