using System.Numerics;
using System.Numerics.Tensors;

namespace HpcOpt.Training;

/// <summary>Rows of features x_i with a target y_i, i = 0 … N-1: in memory, or in an <see cref="ArrayFile"/> without a copy.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class DataSet<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[]? _features;
    private readonly IRowSource<T>? _source; // one of the two
    private readonly T[] _targets;

    /// <summary>Takes over the arrays; nothing is copied.</summary>
    /// <param name="features">N × d, row after row; finite.</param>
    /// <param name="targets">N; finite; with <paramref name="classLabels"/>, the class 0 … K-1.</param>
    /// <param name="featureNames">d ≥ 1 names.</param>
    /// <param name="classLabels">The K labels of the classes, or null where the target is a value.</param>
    /// <exception cref="ArgumentException">The shapes do not match, a number is not finite, or a class is not one of 0 … K-1.</exception>
    public DataSet(T[] features, T[] targets, IReadOnlyList<string> featureNames, IReadOnlyList<double>? classLabels = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(featureNames);
        if (featureNames.Count == 0 || features.LongLength != (long)targets.Length * featureNames.Count)
        {
            throw new ArgumentException($"has {features.LongLength} numbers; expected {targets.Length} rows × {featureNames.Count} "
                + "features, and at least 1 feature", nameof(features));
        }

        if (features.Length > 0 && !TensorPrimitives.IsFiniteAll<T>(features))
        {
            throw new ArgumentException("holds NaN or an infinite number; expected finite numbers", nameof(features));
        }

        (_features, _targets, FeatureNames, ClassLabels) = (features, targets, featureNames, classLabels);
        CheckTargets(targets);
    }

    /// <summary>Rows of a source, which are finite.</summary>
    internal DataSet(IRowSource<T> source, T[] targets, IReadOnlyList<string> featureNames, IReadOnlyList<double>? classLabels)
    {
        (_source, _targets, FeatureNames, ClassLabels) = (source, targets, featureNames, classLabels);
        CheckTargets(targets);
    }

    /// <summary>N.</summary>
    public int RowCount => _targets.Length;

    /// <summary>d.</summary>
    public int FeatureCount => FeatureNames.Count;

    /// <summary>The d names.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The label in the file of each class 0 … K-1; null where the target is a value.</summary>
    public IReadOnlyList<double>? ClassLabels { get; }

    /// <summary>The N targets.</summary>
    public ReadOnlySpan<T> Targets => _targets;

    /// <summary>Whether rows lie in a file or are made at use, so that none may be held in an array.</summary>
    internal bool IsMapped => _source is not null;

    /// <summary>
    /// The d features of row <paramref name="i"/>. Those of a file are valid while the data set is reachable, and where they are converted
    /// or standardised only until the same thread asks for another row.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="i"/> is not in 0 … N-1.</exception>
    /// <exception cref="DataException">A number of a file, standardised or not, is not finite in <typeparamref name="T"/>.</exception>
    public ReadOnlySpan<T> Row(int i) => _features is { } features ? features.AsSpan(i * FeatureCount, FeatureCount) : SourceRow(i);

    /// <summary>
    /// Splits the rows at random into two sets that share no row and miss none: round(<paramref name="testShare"/>·N) rows, but never all,
    /// for the test. Both keep the order of the rows. The same seed gives the same split on every machine.
    /// </summary>
    /// <param name="testShare">The share of the test rows, in [0, 1).</param>
    /// <param name="seed">The key of the generator; see <see cref="Philox"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="testShare"/> is outside [0, 1).</exception>
    public (DataSet<T> Train, DataSet<T> Test) Split(double testShare, ulong seed)
    {
        (int[] train, int[] test) = SplitRows(testShare, seed);
        return (Rows(train), Rows(test));
    }

    /// <summary>The numbers of the rows that <see cref="Split"/> takes.</summary>
    /// <inheritdoc cref="Split"/>
    public (int[] Train, int[] Test) SplitRows(double testShare, ulong seed) => RowSplit.Of(RowCount, testShare, seed);

    /// <summary>Some of the rows, in the given order: a copy, or of a file a view.</summary>
    /// <param name="rows">Numbers from 0 to N-1.</param>
    public DataSet<T> Rows(ReadOnlySpan<int> rows)
    {
        T[] targets = new T[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            targets[i] = _targets[rows[i]];
        }

        if (IsMapped)
        {
            return new DataSet<T>(new ChosenRows<T>(this, rows.ToArray()), targets, FeatureNames, ClassLabels);
        }

        T[] features = new T[rows.Length * FeatureCount];
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(features.AsSpan(i * FeatureCount));
        }

        return new DataSet<T>(features, targets, FeatureNames, ClassLabels);
    }

    private ReadOnlySpan<T> SourceRow(int i)
    {
        // The source may be memory without bounds.
        if ((uint)i >= (uint)RowCount)
        {
            throw new ArgumentOutOfRangeException(nameof(i), i, $"expected a row from 0 to {RowCount - 1}");
        }

        return _source!.Row(i);
    }

    private void CheckTargets(T[] targets)
    {
        Predicate<T> isTarget = y => ClassLabels is null
            ? T.IsFinite(y)
            : T.IsInteger(y) && y >= T.Zero && y < T.CreateTruncating(ClassLabels.Count);
        if (Array.FindIndex(targets, y => !isTarget(y)) is >= 0 and int row)
        {
            throw new ArgumentException($"row {row} is {targets[row]}; expected "
                + $"{(ClassLabels is null ? "a finite number" : $"a class from 0 to {ClassLabels.Count - 1}")}", nameof(targets));
        }
    }
}
