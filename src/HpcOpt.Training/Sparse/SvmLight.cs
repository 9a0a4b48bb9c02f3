using System.Globalization;
using System.Numerics;

namespace HpcOpt.Training;

/// <summary>
/// Files in the format of SVMlight and LIBSVM, plain or gzip: a line a row, <c>label index:value index:value …</c>, with <c>#</c> before a
/// comment. Only what is not 0 is written.
/// </summary>
/// <remarks>
/// <para>Indices ascend within a line and count from 1, as both programs write them; a file that counts from 0 says nothing of it, so an
/// index of 0 is an error unless the caller says that they do. Empty lines and lines of comments alone are skipped, and so is
/// <c>qid:number</c>, which groups rows for ranking.</para>
/// <para>Sources: T. Joachims, "Making large-scale SVM learning practical", 1999; C.-C. Chang, C.-J. Lin, "LIBSVM", 2011.</para>
/// </remarks>
/// <example><code>
/// SparseDataSet&lt;float&gt; train = SvmLight.Read&lt;float&gt;("train.svm.gz", TargetKind.Class);
/// SparseDataSet&lt;float&gt; test = SvmLight.Read("test.svm.gz", TargetKind.Class, like: train);
/// </code></example>
public static class SvmLight
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Plain or gzip.</param>
    /// <param name="kind"><see cref="TargetKind.Class"/> for labels of classes, <see cref="TargetKind.Value"/> for numbers.</param>
    /// <param name="like">For test data: the training set, whose features and classes are kept. Entries of features beyond are left out: no
    /// training row has them, so their weights are those of the start.</param>
    /// <param name="firstIndex">What the indices count from, 1 or 0.</param>
    /// <exception cref="DataException">There is no such file, its gzip is corrupt, a line is not as above (the message gives file, line,
    /// column and what was expected), there are no rows, or a label is none of the classes of <paramref name="like"/>.</exception>
    public static SparseDataSet<T> Read<T>(string path, TargetKind kind, SparseDataSet<T>? like = null, int firstIndex = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(path);
        using Stream stream = InputFile.Open(path);
        return Read(stream, path, kind, like, firstIndex);
    }

    /// <summary>Reads a whole stream.</summary>
    /// <param name="stream">From its position to its end; it stays open.</param>
    /// <param name="name">What error messages call it.</param>
    /// <param name="kind">As for a file.</param>
    /// <param name="like">As for a file.</param>
    /// <param name="firstIndex">As for a file.</param>
    /// <exception cref="DataException">As for a file.</exception>
    public static SparseDataSet<T> Read<T>(Stream stream, string name, TargetKind kind, SparseDataSet<T>? like = null, int firstIndex = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        if (kind is not (TargetKind.Class or TargetKind.Value))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "expected Class or Value");
        }

        if (firstIndex is not (0 or 1))
        {
            throw new ArgumentOutOfRangeException(nameof(firstIndex), firstIndex, "expected 1 or 0");
        }

        SvmLightRows<T> rows = new(name, firstIndex, like?.FeatureCount);
        rows.ReadAll(stream);
        if (rows.Labels.Count == 0)
        {
            throw new DataException($"{name}: there are no rows; expected lines such as '1 3:0.5 7:1'.");
        }

        IReadOnlyList<double>? classes = kind == TargetKind.Value ? null : like?.ClassLabels ?? [.. rows.Labels.Distinct().Order()];
        T[] targets = [.. rows.Labels.Select((label, i) => T.CreateTruncating(classes is null ? label : Class(label, i)))];
        return new SparseDataSet<T>([.. rows.Starts], [.. rows.Columns], [.. rows.Values], targets, rows.FeatureCount, classes);

        int Class(double label, int row)
        {
            int k = Array.BinarySearch((double[])[.. classes], label);
            return k >= 0 ? k : throw new DataException(
                $"{name}, line {rows.Lines[row]}, column 1: the label is {label.ToString("R", CultureInfo.InvariantCulture)}; "
                    + "expected a class of the training data: "
                + $"{string.Join(", ", classes.Select(known => known.ToString("R", CultureInfo.InvariantCulture)))}.");
        }
    }
}
