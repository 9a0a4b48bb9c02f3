namespace HpcOpt.Training;

/// <summary>The checks of every <see cref="IModel{T}"/>: before anything is written, with the value and what was expected.</summary>
internal static class ModelGuard
{
    /// <summary>A vector as long as θ.</summary>
    public static void Length(int length, int expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"has length {length}; expected {expected}", name);
        }
    }

    /// <summary>A batch: at least one row, each from 0 to N-1.</summary>
    public static void Rows(ReadOnlySpan<int> rows, int rowCount)
    {
        if (rows.IsEmpty)
        {
            throw new ArgumentException("is empty; expected at least one row", nameof(rows));
        }

        foreach (int row in rows)
        {
            if ((uint)row >= (uint)rowCount)
            {
                throw new ArgumentOutOfRangeException(nameof(rows), row, $"expected a row from 0 to {rowCount - 1}");
            }
        }
    }

    /// <summary>A model that has rows.</summary>
    public static void NotEmpty(int rowCount)
    {
        if (rowCount == 0)
        {
            throw new InvalidOperationException("The data set has no rows; expected at least one.");
        }
    }
}
