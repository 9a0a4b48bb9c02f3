using System.Numerics;

namespace HpcOpt.Training;

/// <summary>
/// z_j = (x_j - μ_j) / σ_j with the mean and the population standard deviation σ_j = √((1/N) Σ (x_ij - μ_j)²) of the training rows, for the features
/// and, in a regression on values, for the target. A constant column has σ_j = 1, so it becomes zero and its coefficient stays at its start.
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
    /// <exception cref="DataException">The numbers of a column are so large or so close that their deviation is no positive double.</exception>
    public Standardizer(DataSet<double> train, bool keepTarget = false)
    {
        ArgumentNullException.ThrowIfNull(train);
        _names = train.FeatureNames;
        _mean = new double[train.FeatureCount];
        _scale = new double[train.FeatureCount];
        double[] column = new double[train.RowCount];
        for (int j = 0; j < _mean.Length; j++)
        {
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = train.Row(i)[j];
            }

            (_mean[j], _scale[j]) = Measure(column, _names[j]);
        }

        if (train.ClassLabels is null && !keepTarget)
        {
            (_targetMean, _targetScale) = Measure(train.Targets, "target");
        }
    }

    /// <summary>The same rows in standard units, rounded once to <typeparamref name="T"/>.</summary>
    /// <param name="data">Rows with the columns of the training rows.</param>
    /// <exception cref="ArgumentException">The columns differ.</exception>
    /// <exception cref="DataException">A standardised number is not finite in <typeparamref name="T"/>.</exception>
    public DataSet<T> Transform<T>(DataSet<double> data)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!data.FeatureNames.SequenceEqual(_names, StringComparer.Ordinal))
        {
            throw new ArgumentException($"has the features {string.Join(", ", data.FeatureNames)}; expected {string.Join(", ", _names)}", nameof(data));
        }

        T[] features = new T[data.RowCount * _mean.Length];
        T[] targets = new T[data.RowCount];
        for (int i = 0; i < targets.Length; i++)
        {
            ReadOnlySpan<double> row = data.Row(i);
            for (int j = 0; j < row.Length; j++)
            {
                features[i * row.Length + j] = Finite<T>((row[j] - _mean[j]) / _scale[j], _names[j], row[j]);
            }

            targets[i] = Finite<T>((data.Targets[i] - _targetMean) / _targetScale, "target", data.Targets[i]);
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
            throw new ArgumentException($"has length {parameters.Length}; expected {_mean.Length} weights and the intercept", nameof(parameters));
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

    private static (double Mean, double Scale) Measure(ReadOnlySpan<double> column, string name)
    {
        double first = column[0], mean = 0, variance = 0;
        if (!column.ContainsAnyExcept(first))
        {
            return (first, 1); // not left to rounding: the mean of equal numbers may differ from them by a bit
        }

        foreach (double x in column)
        {
            mean += x / column.Length;
        }

        foreach (double x in column)
        {
            variance += (x - mean) * (x - mean) / column.Length;
        }

        return double.IsNormal(variance) ? (mean, Math.Sqrt(variance)) : throw new DataException(
            $"column '{name}': its standard deviation is not a positive double (variance {variance}); rescale the column.");
    }

    private static T Finite<T>(double value, string column, double original)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T rounded = T.CreateTruncating(value);
        return T.IsFinite(rounded) ? rounded : throw new DataException(
            $"column '{column}': {original} is {value} standard deviations from the mean, too far for {typeof(T).Name}; remove the outlier or rescale the column.");
    }
}
