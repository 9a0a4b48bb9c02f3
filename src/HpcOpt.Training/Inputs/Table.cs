using System.Globalization;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>Named columns of a file, of equal length: <see cref="CsvTable"/>, <see cref="ParquetTable"/>.</summary>
public abstract partial class Table
{
    private readonly IReadOnlyList<TableColumn> _columns;

    private protected Table(string file, IReadOnlyList<TableColumn> columns, int rowCount) =>
        (File, _columns, RowCount) = (file, columns, rowCount);

    /// <summary>The path, or the name given with a stream; it starts every message.</summary>
    public string File { get; }

    /// <summary>N.</summary>
    public int RowCount { get; }

    /// <summary>The names, in the order of the file; c0, c1, … for CSV without a header.</summary>
    public IReadOnlyList<string> ColumnNames => [.. _columns.Select(column => column.Name)];

    /// <summary>What messages call a row.</summary>
    private protected abstract string Where(int row);

    /// <summary>Chooses the target and the features of a model.</summary>
    /// <param name="target">The target's column: a name, else <c>last</c>, else a number from 1.</param>
    /// <param name="kind">What the target holds.</param>
    /// <param name="features">The features' columns, in the same notation; null takes every column but the target.</param>
    /// <param name="classLabels">For test data: the classes of the training set, which are kept; null finds them in the column.</param>
    /// <exception cref="DataException">A column is missing or holds something else than finite numbers; there are fewer than 2 rows; the
    /// target is not what <paramref name="kind"/> says, has a label that <paramref name="classLabels"/> lacks, or has one class only; a
    /// feature is the target, appears twice or is called <c>const</c>, the intercept's name.</exception>
    public DataSet<double> ToDataSet(
        string target, TargetKind kind, IReadOnlyList<string>? features = null, IReadOnlyList<double>? classLabels = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        TableColumn targetColumn = Find(target, "target");
        List<TableColumn> chosen = features is null
            ? [.. _columns.Where(column => column != targetColumn)]
            : [.. features.Select(name => Find(name, "feature"))];
        CheckFeatures(chosen, targetColumn);
        if (RowCount < 2)
        {
            throw new DataException($"{File}: has {RowCount} row; expected at least 2.");
        }

        if ((long)RowCount * chosen.Count > Array.MaxLength)
        {
            throw new DataException(
                $"{File}: {RowCount} rows of {chosen.Count} features are more than the {Array.MaxLength} numbers one data set holds; "
                + "choose fewer columns or rows.");
        }

        double[] targets = [.. targetColumn.Numbers(File)];
        double[] cells = new double[RowCount * chosen.Count];
        for (int j = 0; j < chosen.Count; j++)
        {
            IReadOnlyList<double> numbers = chosen[j].Numbers(File);
            for (int i = 0; i < RowCount; i++)
            {
                cells[i * chosen.Count + j] = numbers[i];
            }
        }

        double[]? labels = TargetCheck.Apply(
            targets, kind, classLabels, $"{File}, column '{targetColumn.Name}'",
            row => $"{File}, {Where(row)}, column '{targetColumn.Name}'", "choose another column");
        return new DataSet<double>(cells, targets, [.. chosen.Select(column => column.Name)], labels);
    }

    /// <summary>The column that a user means: by its exact name, as <c>last</c>, or by its number from 1.</summary>
    private TableColumn Find(string column, string role)
    {
        if (_columns.FirstOrDefault(known => known.Name == column) is { } named)
        {
            return named;
        }

        if (column == "last")
        {
            return _columns[^1];
        }

        return int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= 1 && number <= _columns.Count
            ? _columns[number - 1]
            : throw new DataException($"{File}: there is no {role} column '{column}'; the columns are, nearest first, "
                + $"{NearestNames.List(column, ColumnNames)}; give a name, a number from 1 to {_columns.Count}, or 'last'.");
    }

    private void CheckFeatures(List<TableColumn> features, TableColumn target)
    {
        if (features.Count == 0)
        {
            throw new DataException($"{File}: there is no feature column beside the target '{target.Name}'; expected at least 1.");
        }

        if (features.Contains(target))
        {
            throw new DataException($"{File}, column '{target.Name}': is the target and a feature; leave it out of the features.");
        }

        if (features.GroupBy(column => column).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new DataException($"{File}, column '{twice.Key.Name}': is given {twice.Count()} times as a feature; give it once.");
        }

        if (features.Exists(column => column.Name == Standardizer.InterceptName))
        {
            throw new DataException($"{File}, column '{Standardizer.InterceptName}': is the name of the intercept, which every model has; "
                + "leave the column out of the features, or rename it.");
        }
    }
}
