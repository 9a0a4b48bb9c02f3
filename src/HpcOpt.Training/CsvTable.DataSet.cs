using System.Globalization;

namespace HpcOpt.Training;

public sealed partial class CsvTable
{
    /// <summary>Chooses the target and the features of a model.</summary>
    /// <param name="target">The target's column: a name, else <c>last</c>, else a number from 1.</param>
    /// <param name="kind">What the target holds.</param>
    /// <param name="features">The features' columns, in the same notation; null takes every column but the target.</param>
    /// <param name="classLabels">For test data: the labels of the training set, whose classes are kept; null finds them in the column.</param>
    /// <exception cref="DataException">A column is missing or holds something else than finite numbers; there are fewer than 2 rows; the target
    /// is not what <paramref name="kind"/> says, has a label that <paramref name="classLabels"/> lacks, or has one class only; a feature is
    /// the target, appears twice or is called <c>const</c>, the intercept's name.</exception>
    public DataSet<double> ToDataSet(string target, TargetKind kind, IReadOnlyList<string>? features = null, IReadOnlyList<double>? classLabels = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        CsvColumn targetColumn = Find(target, "target");
        List<CsvColumn> chosen = features is null
            ? [.. _columns.Where(column => column != targetColumn)]
            : [.. features.Select(name => Find(name, "feature"))];
        CheckFeatures(chosen, targetColumn);
        if (RowCount < 2)
        {
            throw new DataException($"{File}: has {RowCount} row; expected at least 2.");
        }

        if ((long)RowCount * chosen.Count > Array.MaxLength)
        {
            throw new DataException($"{File}: {RowCount} rows of {chosen.Count} features are more than the {Array.MaxLength} numbers one data set holds; "
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

        if (kind == TargetKind.Count)
        {
            CheckCounts(targetColumn.Name, targets);
        }

        double[]? labels = kind is TargetKind.Value or TargetKind.Count ? null : Classes(targetColumn.Name, targets, kind, classLabels);
        return new DataSet<double>(cells, targets, [.. chosen.Select(column => column.Name)], labels);
    }

    /// <summary>The column that a user means: by its exact name, as <c>last</c>, or by its number from 1.</summary>
    private CsvColumn Find(string column, string role)
    {
        if (_columns.Find(known => known.Name == column) is { } named)
        {
            return named;
        }

        if (column == "last")
        {
            return _columns[^1];
        }

        return int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= _columns.Count
            ? _columns[number - 1]
            : throw new DataException($"{File}: there is no {role} column '{column}'; the columns are, nearest first, "
                + $"{NearestNames.List(column, ColumnNames)}; give a name, a number from 1 to {_columns.Count}, or 'last'.");
    }

    private void CheckFeatures(List<CsvColumn> features, CsvColumn target)
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

    private void CheckCounts(string column, double[] targets)
    {
        if (Array.FindIndex(targets, y => !(y >= 0 && double.IsInteger(y))) is >= 0 and int i)
        {
            throw new DataException($"{File}, line {_lines[i]}, column '{column}': the target is {Text(targets[i])}; expected a count: a whole number of at least 0; "
                + "correct the cell, or use linear for other numbers.");
        }
    }

    // Replaces the labels in `targets` by their classes.
    private double[] Classes(string column, double[] targets, TargetKind kind, IReadOnlyList<double>? known)
    {
        double[] found = [.. targets.Distinct().Order()];
        if (known is null && found.Length == 1)
        {
            throw new DataException($"{File}, column '{column}': the target is {Text(found[0])} in every row; expected at least 2 classes; choose another column.");
        }

        double[] labels = kind == TargetKind.ZeroOne ? [0, 1] : known is null ? found : [.. known];
        for (int i = 0; i < targets.Length; i++)
        {
            int k = Array.BinarySearch(labels, targets[i]);
            if (k < 0)
            {
                throw new DataException($"{File}, line {_lines[i]}, column '{column}': the target is {Text(targets[i])}; expected "
                    + (kind == TargetKind.ZeroOne ? "0 or 1; recode it, or use softmax for other classes." : $"a class of the training data: {string.Join(", ", labels.Select(Text))}."));
            }

            targets[i] = k;
        }

        return labels;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
