using System.Numerics;
using System.Runtime.CompilerServices;

namespace HpcOpt.Blas;

/// <summary>Checks of shapes and values, before anything is written.</summary>
internal static unsafe class MatrixGuard
{
    /// <summary>A matrix that fills its memory exactly.</summary>
    public static void Shape(nint length, nint rows, nint columns, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if ((Int128)rows * columns != length)
        {
            throw new ArgumentException(
                $"{name} has {length} elements; expected {rows} rows × {columns} columns = {(Int128)rows * columns}.", name);
        }
    }

    /// <summary>A matrix inside a longer vector.</summary>
    /// <returns><paramref name="start"/>.</returns>
    public static nint Within(nint length, nint start, nint rows, nint columns, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        return ((Int128)rows * columns) + start <= length ? start
            : throw new ArgumentException(
                $"{name} has {length} elements; expected at least {((Int128)rows * columns) + start}: "
                + $"{rows} rows × {columns} columns from {start} on.", name);
    }

    /// <summary>Rows or columns inside a matrix.</summary>
    public static void Range(nint start, nint count, nint length, string name)
    {
        if (start < 0 || count < 0 || start > length - count)
        {
            throw new ArgumentOutOfRangeException(name, start, $"{count} from {start} on are not inside the {length} that there are.");
        }
    }

    /// <summary>A matrix of the shape that another argument needs.</summary>
    public static void Shape(nint rows, nint columns, nint expectedRows, nint expectedColumns, string name, string because)
    {
        if (rows != expectedRows || columns != expectedColumns)
        {
            throw new ArgumentException($"{name} is {rows} × {columns}; expected {expectedRows} × {expectedColumns}, {because}.", name);
        }
    }

    /// <summary>A vector of the length that another argument needs.</summary>
    public static void Length(nint length, nint expected, string name, string because)
    {
        if (length != expected)
        {
            throw new ArgumentException($"{name} has {length} elements; expected {expected}, {because}.", name);
        }
    }

    /// <summary>A matrix with as many rows as columns.</summary>
    public static void Square(nint rows, nint columns, string name)
    {
        if (rows != columns)
        {
            throw new ArgumentException($"{name} is {rows} × {columns}; expected as many rows as columns.", name);
        }
    }

    /// <summary>An output that shares no element with an input: a range of memory each, from the first element to the last.</summary>
    public static void Disjoint<T>(T* output, nint outputSpan, T* input, nint inputSpan, string outputName, string inputName)
        where T : unmanaged
    {
        if (outputSpan > 0 && inputSpan > 0 && output < input + inputSpan && input < output + outputSpan)
        {
            throw new ArgumentException($"{outputName} overlaps {inputName}; give it memory of its own.", outputName);
        }
    }

    /// <summary>A lower triangle without infinities and NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FiniteLower<T>(T* a, nint n, nint stride, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (nint i = 0; i < n; i++)
        {
            for (nint j = 0; j <= i; j++)
            {
                if (!T.IsFinite(a[(i * stride) + j]))
                {
                    throw new ArgumentException(
                        $"{name} holds {a[(i * stride) + j]} in row {i}, column {j} (from 0); expected finite numbers.", name);
                }
            }
        }
    }
}
