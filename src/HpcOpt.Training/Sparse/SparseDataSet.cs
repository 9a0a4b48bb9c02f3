using System.Numerics;
using System.Numerics.Tensors;

namespace HpcOpt.Training;

/// <summary>Rows of few features that are not 0, with targets: compressed sparse rows (CSR). <see cref="SvmLight"/> reads them.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SparseDataSet<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _starts;
    private readonly int[] _columns;
    private readonly T[] _values;
    private readonly T[] _targets;

    /// <summary>Takes over the arrays; nothing is copied.</summary>
    /// <param name="starts">N + 1: row i has the entries from starts[i] to before starts[i + 1].</param>
    /// <param name="columns">The feature of each entry, from 0 to d - 1.</param>
    /// <param name="values">As many; finite.</param>
    /// <param name="targets">N; finite; with <paramref name="classLabels"/>, the class 0 … K-1.</param>
    /// <param name="featureCount">d ≥ 1.</param>
    /// <param name="classLabels">The K labels of the classes, or null where the target is a value.</param>
    /// <exception cref="ArgumentException">Shapes differ, a number is not finite, or a feature or class out of range.</exception>
    public SparseDataSet(int[] starts, int[] columns, T[] values, T[] targets, int featureCount, IReadOnlyList<double>? classLabels = null)
    {
        ArgumentNullException.ThrowIfNull(starts);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);
        if (starts.Length != targets.Length + 1 || starts[0] != 0
            || starts[^1] != columns.Length || Enumerable.Range(0, targets.Length).Any(i => starts[i] > starts[i + 1]))
        {
            throw new ArgumentException($"has {starts.Length} numbers; expected {targets.Length + 1}, "
                + $"ascending from 0 to the {columns.Length} entries", nameof(starts));
        }

        if (columns.Length != values.Length)
        {
            throw new ArgumentException($"has {values.Length} numbers; expected {columns.Length}, one for each column", nameof(values));
        }

        if (Array.FindIndex(columns, column => (uint)column >= (uint)featureCount) is >= 0 and int entry)
        {
            throw new ArgumentException(
                $"entry {entry} is {columns[entry]}; expected a feature from 0 to {featureCount - 1}", nameof(columns));
        }

        if (values.Length > 0 && !TensorPrimitives.IsFiniteAll<T>(values))
        {
            throw new ArgumentException("holds NaN or an infinite number; expected finite numbers", nameof(values));
        }

        if (Array.FindIndex(targets, y => !IsTarget(y, classLabels)) is >= 0 and int row)
        {
            throw new ArgumentException($"row {row} is {targets[row]}; expected "
                + $"{(classLabels is null ? "a finite number" : $"a class from 0 to {classLabels.Count - 1}")}", nameof(targets));
        }

        (_starts, _columns, _values, _targets, FeatureCount, ClassLabels) = (starts, columns, values, targets, featureCount, classLabels);
    }

    /// <summary>N.</summary>
    public int RowCount => _targets.Length;

    /// <summary>d.</summary>
    public int FeatureCount { get; }

    /// <summary>Entries of all rows.</summary>
    public int EntryCount => _columns.Length;

    /// <summary>The label in the file of each class 0 … K-1; null where the target is a value.</summary>
    public IReadOnlyList<double>? ClassLabels { get; }

    /// <summary>The N targets.</summary>
    public ReadOnlySpan<T> Targets => _targets;

    /// <summary>Where each row begins among the entries, and the end of the last one.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>The features of all entries, row after row.</summary>
    public ReadOnlySpan<int> Columns => _columns;

    /// <summary>The values of all entries.</summary>
    public ReadOnlySpan<T> Values => _values;

    /// <summary>Splits the rows at random into two sets, as <see cref="DataSet{T}.Split"/> does.</summary>
    /// <param name="testShare">The share of the test rows, in [0, 1).</param>
    /// <param name="seed">The key of the generator; see <see cref="Philox"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="testShare"/> is outside [0, 1).</exception>
    public (SparseDataSet<T> Train, SparseDataSet<T> Test) Split(double testShare, ulong seed)
    {
        (int[] train, int[] test) = RowSplit.Of(RowCount, testShare, seed);
        return (Rows(train), Rows(test));
    }

    /// <summary>Some of the rows, in the given order.</summary>
    /// <param name="rows">Numbers from 0 to N-1.</param>
    public SparseDataSet<T> Rows(ReadOnlySpan<int> rows)
    {
        int[] starts = new int[rows.Length + 1];
        T[] targets = new T[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            starts[i + 1] = starts[i] + _starts[rows[i] + 1] - _starts[rows[i]];
            targets[i] = _targets[rows[i]];
        }

        int[] columns = new int[starts[^1]];
        T[] values = new T[starts[^1]];
        for (int i = 0; i < rows.Length; i++)
        {
            Range entries = _starts[rows[i]].._starts[rows[i] + 1];
            _columns.AsSpan(entries).CopyTo(columns.AsSpan(starts[i]));
            _values.AsSpan(entries).CopyTo(values.AsSpan(starts[i]));
        }

        return new(starts, columns, values, targets, FeatureCount, ClassLabels);
    }

    private static bool IsTarget(T y, IReadOnlyList<double>? classLabels) =>
        classLabels is null ? T.IsFinite(y) : T.IsInteger(y) && y >= T.Zero && y < T.CreateTruncating(classLabels.Count);
}
