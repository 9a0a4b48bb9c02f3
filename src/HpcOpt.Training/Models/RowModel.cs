using System.Numerics;
using System.Numerics.Tensors;

namespace HpcOpt.Training;

/// <summary>
/// A model whose loss sees a row through K scores z_i = Wᵀx_i + b only: ℓ_i = ℓ(y_i, z_i), so ∂ℓ_i/∂W = x_i (∂ℓ/∂z)ᵀ and ∂ℓ_i/∂b = ∂ℓ/∂z.
/// </summary>
/// <remarks>
/// θ holds W by features (d × K, the K weights of a feature side by side), then the K intercepts. Losses are summed in double in the order
/// of the rows, and every other sum has a fixed order, so the results have the same bits on every machine. Nothing is allocated per batch;
/// in return one object serves one thread at a time.
/// </remarks>
public abstract class RowModel<T> : IModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _outputs;
    private readonly T[] _scores;
    private readonly T[] _delta;
    private readonly double[] _derivative;

    /// <summary>A model of <paramref name="data"/> with K = <paramref name="outputs"/> scores.</summary>
    /// <exception cref="ArgumentException">(d + 1)·K exceeds what one span holds.</exception>
    private protected RowModel(DataSet<T> data, int outputs)
    {
        if ((data.FeatureCount + 1L) * outputs > int.MaxValue)
        {
            throw new ArgumentException($"has {data.FeatureCount} features and {outputs} classes; "
                + $"expected (features + 1) × classes of at most {int.MaxValue}", nameof(data));
        }

        Data = data;
        _outputs = outputs;
        _scores = new T[outputs];
        _delta = new T[outputs];
        _derivative = new double[outputs];
        Layout = LayoutOf(data.FeatureCount, outputs);
    }

    /// <summary>The rows.</summary>
    public DataSet<T> Data { get; }

    /// <inheritdoc/>
    public int ParameterCount => (Data.FeatureCount + 1) * _outputs;

    /// <inheritdoc/>
    public int RowCount => Data.RowCount;

    /// <summary><c>weights</c>, d × K, or d where K is 1; and <c>intercepts</c>, K. Without features only the latter.</summary>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public double Gradient(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, Span<T> gradient)
    {
        CheckLength(parameters.Length, nameof(parameters));
        CheckLength(gradient.Length, nameof(gradient));
        ModelGuard.Rows(rows, RowCount);
        gradient.Clear();
        double loss = 0;
        foreach (int i in rows)
        {
            Score(parameters, i);
            loss += RowLoss(_scores, Data.Targets[i], _derivative);
            for (int k = 0; k < _delta.Length; k++)
            {
                _delta[k] = T.CreateTruncating(_derivative[k] / rows.Length);
            }

            AddRow(Data.Row(i), gradient);
        }

        GC.KeepAlive(Data); // and the file under its rows
        return loss / rows.Length;
    }

    /// <inheritdoc/>
    public double Loss(ReadOnlySpan<T> parameters)
    {
        CheckLength(parameters.Length, nameof(parameters));
        ModelGuard.NotEmpty(RowCount);
        double loss = 0;
        for (int i = 0; i < RowCount; i++)
        {
            Score(parameters, i);
            loss += RowLoss(_scores, Data.Targets[i], _derivative);
        }

        GC.KeepAlive(Data);
        return loss / RowCount;
    }

    /// <inheritdoc/>
    public double? Accuracy(ReadOnlySpan<T> parameters)
    {
        CheckLength(parameters.Length, nameof(parameters));
        ModelGuard.NotEmpty(RowCount);
        if (Data.ClassLabels is null)
        {
            return null;
        }

        int correct = 0;
        for (int i = 0; i < RowCount; i++)
        {
            correct += Predict(parameters, i) == double.CreateTruncating(Data.Targets[i]) ? 1 : 0;
        }

        return (double)correct / RowCount;
    }

    /// <summary>The fitted value of row <paramref name="row"/>, or for a classifier its most probable class (0 … K-1).</summary>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> has another length than m.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is not in 0 … N-1.</exception>
    public double Predict(ReadOnlySpan<T> parameters, int row)
    {
        CheckLength(parameters.Length, nameof(parameters));
        ModelGuard.Rows([row], RowCount);
        Score(parameters, row);
        return Predict(_scores);
    }

    /// <summary>ℓ(y, z) and, in <paramref name="derivative"/>, ∂ℓ/∂z.</summary>
    private protected abstract double RowLoss(ReadOnlySpan<T> scores, T target, Span<double> derivative);

    private protected abstract double Predict(ReadOnlySpan<T> scores);

    // z = Wᵀx + b
    private void Score(ReadOnlySpan<T> parameters, int row)
    {
        ReadOnlySpan<T> x = Data.Row(row);
        if (_outputs == 1)
        {
            _scores[0] = FixedShape.Dot(x, parameters) + parameters[^1];
            return;
        }

        parameters[^_outputs..].CopyTo(_scores);
        for (int j = 0; j < x.Length; j++)
        {
            TensorPrimitives.FusedMultiplyAdd(parameters.Slice(j * _outputs, _outputs), x[j], _scores, _scores);
        }
    }

    // W' += x δᵀ, b' += δ
    private void AddRow(ReadOnlySpan<T> x, Span<T> gradient)
    {
        Span<T> intercepts = gradient[^_outputs..];
        TensorPrimitives.Add(intercepts, _delta, intercepts);
        if (_outputs == 1)
        {
            Span<T> weights = gradient[..x.Length];
            TensorPrimitives.FusedMultiplyAdd(x, _delta[0], weights, weights);
            return;
        }

        for (int j = 0; j < x.Length; j++)
        {
            Span<T> weights = gradient.Slice(j * _outputs, _outputs);
            TensorPrimitives.FusedMultiplyAdd(_delta, x[j], weights, weights);
        }
    }

    private static ParameterLayout LayoutOf(int features, int outputs) => features == 0
        ? ParameterLayout.Pack(("intercepts", [outputs]))
        : ParameterLayout.Pack(("weights", outputs == 1 ? [features] : [features, outputs]), ("intercepts", [outputs]));

    private void CheckLength(int length, string name)
    {
        if (length != ParameterCount)
        {
            throw new ArgumentException(
                $"has length {length}; expected {ParameterCount} ({Data.FeatureCount} features and the intercept × {_outputs})", name);
        }
    }
}
