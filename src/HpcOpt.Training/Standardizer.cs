using System.Numerics;
using System.Numerics.Tensors;

namespace HpcOpt.Training;

/// <summary>
/// z_j = (x_j - μ_j) / σ_j with the mean and the population standard deviation σ_j = √((1/N) Σ (x_ij - μ_j)²) of the training rows, for the
/// features and, in a regression on values, for the target. A constant column has σ_j = 1, so it becomes zero and its coefficient stays at
/// its start.
/// </summary>
public sealed class Standardizer
{
    /// <summary>What the intercept is called among coefficients.</summary>
    public const string InterceptName = "const";

    private readonly IReadOnlyList<string> _names;
    private readonly double[] _mean;
    private readonly double[] _scale;
    private readonly double _targetMean;
    private readonly double _targetScale = 1;

    /// <summary>Measures the columns.</summary>
    /// <param name="train">The training rows alone, so that nothing about the test rows leaks into the model.</param>
    /// <param name="keepTarget">Leaves the target in its unit, as counts must be; classes stay what they are in any case.</param>
    /// <exception cref="DataException">Numbers of a column are so large or so close that their deviation is no normal double.</exception>
    public Standardizer(DataSet<double> train, bool keepTarget = false)
    {
        ArgumentNullException.ThrowIfNull(train);
        _names = train.FeatureNames;
        _mean = new double[train.FeatureCount];
        _scale = new double[train.FeatureCount];
        MeasureColumns(train);
        if (train.ClassLabels is null && !keepTarget)
        {
            (_targetMean, _targetScale) = Measure(train.Targets);
        }
    }

    /// <summary>The rows in standard units, rounded once to <typeparamref name="T"/>; those of a file at use, with the same bits.</summary>
    /// <param name="data">Rows with the columns of the training rows.</param>
    /// <exception cref="ArgumentException">The columns differ.</exception>
    /// <exception cref="DataException">A standardised number is not finite in <typeparamref name="T"/>.</exception>
    public DataSet<T> Transform<T>(DataSet<double> data)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!data.FeatureNames.SequenceEqual(_names, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"has the features {string.Join(", ", data.FeatureNames)}; expected {string.Join(", ", _names)}", nameof(data));
        }

        T[] targets = [.. data.Targets.ToArray().Select(y => Finite<T>((y - _targetMean) / _targetScale, "target", y))];
        if (data.IsMapped)
        {
            return new DataSet<T>(new StandardizedRows<T>(data, _mean, _scale), targets, _names, data.ClassLabels);
        }

        T[] features = new T[data.RowCount * _mean.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            ReadOnlySpan<double> row = data.Row(i);
            for (int j = 0; j < row.Length; j++)
            {
                features[i * row.Length + j] = Finite<T>((row[j] - _mean[j]) / _scale[j], _names[j], row[j]);
            }
        }

        return new DataSet<T>(features, targets, _names, data.ClassLabels);
    }

    /// <summary>
    /// The coefficients in the units of the input columns, for models with one coefficient per column: b_j = w_j σ_y / σ_j and
    /// const = b σ_y + μ_y - Σ b_j μ_j, from w and the intercept b in standard units. Both give the same fitted values.
    /// </summary>
    /// <param name="parameters">d weights, then the intercept.</param>
    /// <returns>The intercept as <c>const</c>, then the features in their order.</returns>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> has another length than d + 1.</exception>
    public IReadOnlyDictionary<string, double> Coefficients<T>(ReadOnlySpan<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (parameters.Length != _mean.Length + 1)
        {
            throw new ArgumentException(
                $"has length {parameters.Length}; expected {_mean.Length} weights and the intercept", nameof(parameters));
        }

        double intercept = double.CreateTruncating(parameters[^1]) * _targetScale + _targetMean;
        OrderedDictionary<string, double> coefficients = new(StringComparer.Ordinal) { [InterceptName] = intercept };
        for (int j = 0; j < _mean.Length; j++)
        {
            double coefficient = double.CreateTruncating(parameters[j]) * _targetScale / _scale[j];
            coefficients.Add(_names[j], coefficient);
            intercept -= coefficient * _mean[j];
        }

        coefficients[InterceptName] = intercept;
        return coefficients;
    }

    // Row after row, as a file is read; each column's sums are those of one column alone.
    private void MeasureColumns(DataSet<double> train)
    {
        double[] first = train.Row(0).ToArray(), term = new double[_mean.Length], variance = new double[_mean.Length];
        bool[] varies = new bool[_mean.Length];
        for (int i = 0; i < train.RowCount; i++)
        {
            ReadOnlySpan<double> row = train.Row(i);
            for (int j = 0; j < row.Length; j++)
            {
                varies[j] |= row[j] != first[j];
            }

            TensorPrimitives.Divide(row, train.RowCount, term);
            TensorPrimitives.Add(_mean, term, _mean);
        }

        for (int i = 0; i < train.RowCount; i++)
        {
            TensorPrimitives.Subtract(train.Row(i), _mean, term);
            TensorPrimitives.Multiply(term, term, term);
            TensorPrimitives.Divide(term, train.RowCount, term);
            TensorPrimitives.Add(variance, term, variance);
        }

        for (int j = 0; j < _mean.Length; j++)
        {
            // Not left to rounding: the mean of equal numbers may differ from them by a bit.
            (_mean[j], _scale[j]) = varies[j] ? (_mean[j], Deviation(variance[j], _names[j])) : (first[j], 1);
        }
    }

    private static (double Mean, double Scale) Measure(ReadOnlySpan<double> target)
    {
        double mean = 0, variance = 0;
        if (!target.ContainsAnyExcept(target[0]))
        {
            return (target[0], 1);
        }

        foreach (double y in target)
        {
            mean += y / target.Length;
        }

        foreach (double y in target)
        {
            variance += (y - mean) * (y - mean) / target.Length;
        }

        return (mean, Deviation(variance, "target"));
    }

    private static double Deviation(double variance, string name) =>
        double.IsNormal(variance) ? Math.Sqrt(variance) : throw new DataException(
        $"column '{name}': its standard deviation is not a positive double (variance {variance}); rescale the column.");

    private static T Finite<T>(double value, string column, double original)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T rounded = T.CreateTruncating(value);
        return T.IsFinite(rounded) ? rounded : throw new DataException(TooFar<T>(column, original, value));
    }

    /// <summary>The message for a standardised number that is not finite.</summary>
    internal static string TooFar<T>(string column, double original, double value) =>
        $"column '{column}': {original} is {value} standard deviations from the mean, too far for {typeof(T).Name}; "
            + "remove the outlier or rescale the column.";
}
