using System.Numerics;

namespace HpcOpt.Training;

/// <summary>
/// Mini-batch descent: for each epoch e = 0, 1, … a <see cref="Sampler"/> draws batches; for each batch B_j, g = (1/|B_j|) Σ_{i∈B_j} ∇ℓ_i(θ), one <see cref="Optimizer{T}.Step"/> and t ← t + 1; stop at a criterion.
/// </summary>
/// <remarks>
/// The batches of epoch e are a pure function of the seed and e. A full batch is taken in the order of the rows, as its gradient has no order.
/// With an <see cref="ISparseModel{T}"/> the steps are sparse where the optimizer has them: see <see cref="Optimizer{T}.StepsSparsely"/>.
/// An object serves one run at a time.
/// </remarks>
/// <example><code>
/// SoftmaxRegression&lt;float&gt; model = new(train);
/// float[] parameters = new float[model.ParameterCount];
/// TrainingResult result = new Trainer&lt;float&gt;(model, optimizer, new TrainingOptions { MaxEpochs = 10 }).Run(parameters, new SoftmaxRegression&lt;float&gt;(test));
/// </code></example>
public sealed class Trainer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IModel<T> _model;
    private readonly Optimizer<T> _optimizer;
    private readonly TrainingOptions _options;
    private readonly Sampler _sampler;
    private readonly T[] _gradient;
    private readonly SparseGradient<T>? _rows;
    private readonly T[] _lastGood;
    private readonly T[] _best;
    private readonly T[] _beforeStep;

    /// <summary>Checks everything that can be checked before the first step.</summary>
    /// <param name="model">The training rows.</param>
    /// <param name="optimizer">For vectors of the model's length; the caller keeps it and disposes it.</param>
    /// <param name="options">Batches and end.</param>
    /// <exception cref="ArgumentException">An option is out of range, the optimizer's length is not the model's, or there are no rows.</exception>
    public Trainer(IModel<T> model, Optimizer<T> optimizer, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (model.RowCount < 1)
        {
            throw new ArgumentException("has no rows; expected at least one", nameof(model));
        }

        if (optimizer.Length != model.ParameterCount)
        {
            throw new ArgumentException($"has length {optimizer.Length}; expected the model's {model.ParameterCount} parameters", nameof(optimizer));
        }

        (_model, _optimizer, _options) = (model, optimizer, options);
        _sampler = options.SamplerOf(model.RowCount);
        if (_sampler.RowCount != model.RowCount)
        {
            throw new ArgumentException($"draws from {_sampler.RowCount} rows; expected the model's {model.RowCount}", nameof(options));
        }

        _gradient = new T[model.ParameterCount];
        _rows = optimizer.StepsSparsely && model is ISparseModel<T> sparse ? new(model.ParameterCount, sparse.GradientWidth) : null;
        _lastGood = new T[model.ParameterCount];
        _best = options.Patience is null ? [] : new T[model.ParameterCount];
        _beforeStep = options.StalledRate is null ? [] : new T[model.ParameterCount];
    }

    /// <summary>Trains from the given parameters on, in place.</summary>
    /// <param name="parameters">θ, m values; on return those of the stopping step, or after a non-finite loss the last ones kept with a finite
    /// loss: with a full batch those before the last step, else those at the start of the epoch. (The optimizer's state is not turned back.)</param>
    /// <param name="test">The model over the test rows, evaluated once at the end.</param>
    /// <param name="validation">The model over the validation rows, evaluated after each epoch.</param>
    /// <param name="progress">Called after each epoch, and in between at most 20 times a second.</param>
    /// <param name="cancellation">Looked at between steps; the run then returns like any other.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/>, <paramref name="test"/> or <paramref name="validation"/> has another
    /// number of parameters than the model, or <see cref="TrainingOptions.Patience"/> lacks validation rows.</exception>
    public TrainingResult Run(
        Span<T> parameters, IModel<T>? test = null, IModel<T>? validation = null, Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (_options.Patience is not null && validation is null)
        {
            throw new ArgumentException($"{nameof(TrainingOptions.Patience)} is {_options.Patience} without validation rows; pass some, or leave it out", nameof(validation));
        }

        CheckLength(parameters.Length, nameof(parameters));
        CheckLength(validation?.ParameterCount ?? parameters.Length, nameof(validation));
        CheckLength(test?.ParameterCount ?? parameters.Length, nameof(test));
        TrainingRun<T> run = new(_model, test, validation, _optimizer, _options)
        {
            Parameters = parameters,
            Gradient = _gradient,
            Rows = _rows,
            LastGood = _lastGood,
            Sampler = _sampler,
            Best = _best,
            BeforeStep = _beforeStep,
            Progress = progress,
            Cancellation = cancellation,
        };
        return run.ToEnd();
    }

    private void CheckLength(int length, string name)
    {
        if (length != _model.ParameterCount)
        {
            throw new ArgumentException($"has length {length}; expected the model's {_model.ParameterCount} parameters", name);
        }
    }
}
