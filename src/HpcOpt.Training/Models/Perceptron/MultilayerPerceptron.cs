using System.Numerics;
using HpcOpt.Blas;

namespace HpcOpt.Training;

/// <summary>
/// A multilayer perceptron: a₀ = x, z_l = W_lᵀ a_{l-1} + b_l, a_l = f(z_l) in the hidden layers; the last z is the score. For classes the
/// loss of softmax, ℓ = ln Σ_k e^{z_k} - z_y; for values ½(z - y)². Gradients by matrix products over the batch.
/// </summary>
/// <remarks>
/// <para>θ holds W₁ (inputs × units, row-major), b₁, W₂, b₂, …: the segments <c>w1</c>, <c>b1</c>, … of <see cref="Layout"/>.
/// <see cref="Initialize"/> draws them; at zero, hidden units would all stay alike.</para>
/// <para>With managed matrix products a seed fixes every bit of a run, on every path and number of threads; MKL and other libraries promise
/// that for no two machines. Everything beside the products has the same bits everywhere. Nothing is allocated per batch once the largest
/// one was seen; in return one object serves one thread at a time.</para>
/// </remarks>
/// <example>
/// <code>
/// MultilayerPerceptron&lt;float&gt; model = new(train, new() { Hidden = [1024, 1024], Dropout = 0.1 });
/// float[] parameters = new float[model.ParameterCount];
/// model.Initialize(parameters);
/// using var optimizer = Optimizer&lt;float&gt;.Create(model.Layout, new AdamW());
/// TrainingResult result = new Trainer&lt;float&gt;(model, optimizer, new() { BatchSize = 128 }).Run(parameters);
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MultilayerPerceptron<T> : IModel<T>, IStateful
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MultilayerPerceptronOptions _options;
    private readonly PerceptronLayer[] _layers;
    private readonly PerceptronPass<T> _pass;
    private readonly int _microBatch;
    private readonly int[] _part;

    /// <summary>A network for the rows of a data set.</summary>
    /// <param name="data">N rows, whose target is one of K ≥ 2 classes, or a value.</param>
    /// <param name="options">Shape and training.</param>
    /// <param name="linearAlgebra">Matrix products, and the threads of all else; none means <see cref="LinearAlgebra.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="ArgumentException">A span cannot hold the parameters, or <paramref name="data"/> has a single class.</exception>
    public MultilayerPerceptron(DataSet<T> data, MultilayerPerceptronOptions options, LinearAlgebra? linearAlgebra = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (data.ClassLabels?.Count < 2)
        {
            throw new ArgumentException(
                $"has {data.ClassLabels.Count} classes as its target; expected at least 2, or values", nameof(data));
        }

        _options = options with { Hidden = [.. options.Hidden] };
        _layers = PerceptronLayer.Of(data.FeatureCount, _options.Hidden, data.ClassLabels?.Count ?? 1);
        Data = data;
        LinearAlgebra = linearAlgebra ?? LinearAlgebra.Default;
        Layout = PerceptronLayer.Layout(_layers);
        _pass = new(_layers, options.Activation, new(options.Dropout, options.Seed), LinearAlgebra, data.ClassLabels is not null);

        // Matrices that an array can hold.
        int most = Math.Min(options.MicroBatch, Array.MaxLength / _layers.Max(layer => Math.Max(layer.Inputs, layer.Outputs)));
        _microBatch = Math.Max(1, most);
        _part = new int[Math.Min(_microBatch, data.RowCount)];
    }

    /// <summary>The rows.</summary>
    public DataSet<T> Data { get; }

    /// <summary>What the matrix products run on.</summary>
    public LinearAlgebra LinearAlgebra { get; }

    /// <summary>The segments <c>w1</c>, <c>b1</c>, <c>w2</c>, <c>b2</c>, … of θ.</summary>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public int ParameterCount => _layers[^1].End;

    /// <inheritdoc/>
    public int RowCount => Data.RowCount;

    /// <summary>
    /// The calls of <see cref="Gradient"/> so far, which together with the seed choose the dropped units; to repeat a run, set it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long DropoutStep
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>Draws the weights, a pure function of options and shape, and sets the intercepts to 0.</summary>
    /// <param name="parameters">θ, m values, overwritten.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> has another length than m.</exception>
    public void Initialize(Span<T> parameters)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        for (int l = 0; l < _layers.Length; l++)
        {
            PerceptronLayer layer = _layers[l];
            WeightInitialization.Fill(parameters.Slice(layer.Start, layer.Weights), _options.EffectiveInitialization, layer.Inputs,
                layer.Outputs, _options.Seed, l);
            parameters.Slice(layer.Intercepts, layer.Outputs).Clear();
        }
    }

    /// <inheritdoc/>
    public double Gradient(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, Span<T> gradient)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        ModelGuard.Length(gradient.Length, ParameterCount, nameof(gradient));
        ModelGuard.Rows(rows, RowCount);
        double loss = 0;
        for (int start = 0, count; start < rows.Length; start += count)
        {
            count = Math.Min(_microBatch, rows.Length - start);
            _pass.Load(Data, rows.Slice(start, count));
            _pass.Forward<Yes>(parameters, rows.Length, DropoutStep, start);
            _pass.Backward(parameters, gradient, isFirst: start == 0);
            loss = Add(loss, _pass.Losses);
        }

        DropoutStep++;
        return loss / rows.Length;
    }

    /// <inheritdoc/>
    public double Loss(ReadOnlySpan<T> parameters)
    {
        Check(parameters);
        double loss = 0;
        for (int start = 0; start < RowCount; start += _pass.Losses.Length)
        {
            Evaluate(parameters, start);
            loss = Add(loss, _pass.Losses);
        }

        return loss / RowCount;
    }

    /// <inheritdoc/>
    public double? Accuracy(ReadOnlySpan<T> parameters)
    {
        Check(parameters);
        if (Data.ClassLabels is null)
        {
            return null;
        }

        int correct = 0;
        for (int start = 0; start < RowCount; start += _pass.Losses.Length)
        {
            Evaluate(parameters, start);
            for (int i = 0; i < _pass.Losses.Length; i++)
            {
                correct += Predicted(i) == double.CreateTruncating(Data.Targets[start + i]) ? 1 : 0;
            }
        }

        return (double)correct / RowCount;
    }

    /// <summary>The fitted value of row <paramref name="row"/>, or for a classifier its most probable class (0 … K-1).</summary>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> has another length than m.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is not in 0 … N-1.</exception>
    public double Predict(ReadOnlySpan<T> parameters, int row)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        ModelGuard.Rows([row], RowCount);
        _pass.Load(Data, [row]);
        _pass.Forward<No>(parameters, batchSize: 0, step: 0, position: 0);
        return Predicted(0);
    }

    /// <inheritdoc/>
    /// <remarks>The position among the random numbers that drop units.</remarks>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        long step = DropoutStep;
        visitor.Integer("dropoutStep", ref step);
        DropoutStep = step;
    }

    private void Check(ReadOnlySpan<T> parameters)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        ModelGuard.NotEmpty(RowCount);
    }

    // Without dropout, and with the same parts as a batch of all rows.
    private void Evaluate(ReadOnlySpan<T> parameters, int start)
    {
        Span<int> part = _part.AsSpan(0, Math.Min(_microBatch, RowCount - start));
        for (int i = 0; i < part.Length; i++)
        {
            part[i] = start + i;
        }

        _pass.Load(Data, part);
        _pass.Forward<No>(parameters, batchSize: 0, step: 0, position: 0);
    }

    private double Predicted(int row)
    {
        int outputs = _layers[^1].Outputs;
        ReadOnlySpan<T> scores = _pass.Scores.Slice(row * outputs, outputs);
        return Data.ClassLabels is null ? double.CreateTruncating(scores[0]) : SoftmaxLoss.MostProbable(scores);
    }

    // In the order of the rows.
    private static double Add(double sum, ReadOnlySpan<double> losses)
    {
        foreach (double loss in losses)
        {
            sum += loss;
        }

        return sum;
    }
}
