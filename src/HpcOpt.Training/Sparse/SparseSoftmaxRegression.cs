using System.Numerics;

namespace HpcOpt.Training;

/// <summary>
/// <see cref="SoftmaxRegression{T}"/> on sparse rows: P(y = k) = e^{z_k} / Σ_l e^{z_l}, z = Wᵀx + b. The gradient of a batch has a row of K
/// values for each feature that appears in it, ∂L/∂W_j = (1/|B|) Σ_{i∈B} x_ij δ_i with δ_i = P(· | x_i) - e_{y_i}, and one for
/// the intercepts.
/// </summary>
/// <remarks>
/// θ holds W by features (d × K, the K weights of a feature side by side), then the K intercepts. Scores are computed in T, the
/// exponentials and losses in double; every sum has a fixed order, so the results have the same bits on every machine and for any number of
/// threads. Nothing is allocated per batch; in return one object serves one thread at a time.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class SparseSoftmaxRegression<T> : ISparseModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Scores held at once while all rows are evaluated.
    private const int EvaluationBlock = 1 << 16;

    // What a row of data counts for in deciding on threads: about as long as to update this many bytes.
    private const int BytesOfWork = 4096;

    private readonly Execution _execution;
    private readonly int _classes;
    private readonly int _padded;
    private SparseGradient<T>? _own;
    private T[] _deltas = [];
    private double[] _exponentials = [];
    private double[] _losses = [];
    private int[] _best = [];
    private int[] _places = [];

    /// <summary>The model of some rows.</summary>
    /// <param name="data">N rows with K classes.</param>
    /// <param name="execution">Its number of threads; none means <see cref="Execution.Default"/>.</param>
    /// <exception cref="ArgumentException">The target is no class, there are fewer than 2, or (d + 1)·K exceeds a span.</exception>
    public SparseSoftmaxRegression(SparseDataSet<T> data, Execution? execution = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        _classes = data.ClassLabels?.Count ?? 0;
        if (_classes < 2)
        {
            throw new ArgumentException($"has {_classes} classes as its target; expected at least 2", nameof(data));
        }

        if ((data.FeatureCount + 1L) * _classes > Array.MaxLength)
        {
            throw new ArgumentException($"has {data.FeatureCount} features and {_classes} classes; "
                + $"expected (features + 1) × classes of at most {Array.MaxLength}", nameof(data));
        }

        Data = data;
        _execution = execution ?? Execution.Default;
        _padded = SoftmaxRows<T>.Padded(_classes);
    }

    /// <summary>The rows.</summary>
    public SparseDataSet<T> Data { get; }

    /// <inheritdoc/>
    public int ParameterCount => (Data.FeatureCount + 1) * _classes;

    /// <inheritdoc/>
    public int RowCount => Data.RowCount;

    /// <summary>K.</summary>
    public int GradientWidth => _classes;

    /// <inheritdoc/>
    public void Appear(ReadOnlySpan<int> rows, SparseGradient<T> gradient)
    {
        Check(rows, gradient);
        gradient.Clear();
        int entries = rows.Length;
        foreach (int row in rows)
        {
            entries += Data.Starts[row + 1] - Data.Starts[row];
        }

        Reserve(ref _places, entries);
        int n = 0;
        foreach (int row in rows)
        {
            foreach (int column in Data.Columns[Data.Starts[row]..Data.Starts[row + 1]])
            {
                _places[n++] = gradient.Place(column);
            }

            _places[n++] = gradient.Place(Data.FeatureCount);
        }
    }

    /// <inheritdoc/>
    public double Gradient(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, SparseGradient<T> gradient)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        Appear(rows, gradient);
        Reserve(rows.Length);
        fixed (int* row = rows, places = _places)
        fixed (T* sums = gradient.Values)
        {
            SoftmaxRows<T> job = new() { Rows = row, Count = rows.Length, Scale = 1.0 / rows.Length, Places = places, Sums = sums };
            Run(&SoftmaxRows<T>.Score, job, parameters, rows.Length, BytesOfWork);
            Run(&SoftmaxRows<T>.Sum, job, parameters, gradient.Count, _classes * sizeof(T));
        }

        double loss = 0;
        foreach (double rowLoss in _losses.AsSpan(0, rows.Length))
        {
            loss += rowLoss;
        }

        return loss / rows.Length;
    }

    /// <inheritdoc/>
    public double Gradient(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, Span<T> gradient)
    {
        ModelGuard.Length(gradient.Length, ParameterCount, nameof(gradient));
        _own ??= new(ParameterCount, _classes);
        double loss = Gradient(parameters, rows, _own);
        _own.CopyTo(gradient);
        return loss;
    }

    /// <inheritdoc/>
    public double Loss(ReadOnlySpan<T> parameters) => Evaluate(parameters).Loss / RowCount;

    /// <inheritdoc/>
    public double? Accuracy(ReadOnlySpan<T> parameters) => (double)Evaluate(parameters).Correct / RowCount;

    /// <summary>The losses of all rows, summed in their order, and how many classes are predicted.</summary>
    private (double Loss, int Correct) Evaluate(ReadOnlySpan<T> parameters)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        ModelGuard.NotEmpty(RowCount);
        int block = Math.Clamp(EvaluationBlock / _padded, 1, RowCount);
        Reserve(block);
        Reserve(ref _best, block);
        (double loss, int correct) = (0, 0);
        for (int first = 0; first < RowCount; first += block)
        {
            int count = Math.Min(block, RowCount - first);
            fixed (int* best = _best)
            {
                SoftmaxRows<T> job = new() { First = first, Count = count, Best = best };
                Run(&SoftmaxRows<T>.Score, job, parameters, count, BytesOfWork);
            }

            for (int i = 0; i < count; i++)
            {
                loss += _losses[i];
                correct += _best[i] == int.CreateTruncating(Data.Targets[first + i]) ? 1 : 0;
            }
        }

        return (loss, correct);
    }

    private void Run(delegate*<void*, nint, nint, void> body, SoftmaxRows<T> job, ReadOnlySpan<T> parameters, int count, int bytes)
    {
        fixed (T* theta = parameters, x = Data.Values, targets = Data.Targets, deltas = _deltas)
        fixed (int* starts = Data.Starts, columns = Data.Columns)
        fixed (double* losses = _losses, exponentials = _exponentials)
        {
            job.Theta = theta;
            job.X = x;
            job.Targets = targets;
            job.Deltas = deltas;
            job.Starts = starts;
            job.Columns = columns;
            job.Losses = losses;
            job.Exponentials = exponentials;
            (job.Classes, job.Features) = (_classes, Data.FeatureCount);
            _execution.Run(body, &job, count, bytes);
        }
    }

    private void Check(ReadOnlySpan<int> rows, SparseGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        if (gradient.Length != ParameterCount || gradient.Width != _classes)
        {
            throw new ArgumentException($"is for {gradient.Length} parameters in rows of {gradient.Width}; "
                + $"expected {ParameterCount} in rows of {_classes}", nameof(gradient));
        }

        ModelGuard.Rows(rows, RowCount);
    }

    private void Reserve(int rows)
    {
        Reserve(ref _deltas, checked(rows * _padded));
        Reserve(ref _exponentials, rows * _padded);
        Reserve(ref _losses, rows);
    }

    private static void Reserve<TItem>(ref TItem[] array, int length)
    {
        if (array.Length < length)
        {
            array = new TItem[Math.Max(length, 2 * array.Length)];
        }
    }
}
