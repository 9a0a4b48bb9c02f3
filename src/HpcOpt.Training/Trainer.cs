using System.Numerics;

namespace HpcOpt.Training;

/// <summary>
/// Mini-batch descent: for each epoch e = 0, 1, … a <see cref="Sampler"/> draws batches; for each batch B_j, g = (1/|B_j|) Σ_{i∈B_j}
/// ∇ℓ_i(θ), one
/// step of an <see cref="Optimizer{T}"/> and t ← t + 1; stop at a criterion. Or the same loop with the steps of <see cref="Lbfgs"/>.
/// </summary>
/// <remarks>
/// <para>The batches of epoch e are a pure function of the seed and e. A full batch is taken in the order of the rows, as its gradient
/// has no order.
/// With an <see cref="ISparseModel{T}"/> the steps are sparse where the optimizer has them. An object serves one run at a time.</para>
/// <para>
/// The trainer carries the whole run. A call of <see cref="Run"/> goes on where the last one stopped: with the same run after a
/// cancellation or an
/// error, else with another of <see cref="TrainingOptions.MaxEpochs"/> and <see cref="TrainingOptions.MaxSteps"/> more, whose epochs,
/// steps and history are
/// counted on. So two runs of 5 epochs equal one of 10. To begin anew, make another trainer and another optimizer.
/// </para>
/// <para>
/// All that is carried is its state, exported and imported by <see cref="StateSnapshot"/>: θ, counters, history, the position within
/// epoch and window, the
/// best parameters, rules, model and optimizer where they have a state. It may be exported between two calls, or within one by the
/// progress. The number of
/// rows, sampler, seed and precision must be equal; limits and rules without a state may differ.
/// </para>
/// </remarks>
/// <example><code>
/// SoftmaxRegression&lt;float&gt; model = new(train);
/// float[] parameters = new float[model.ParameterCount];
/// TrainingResult result = new Trainer&lt;float&gt;(model, optimizer, new TrainingOptions { MaxEpochs = 10 }).Run(parameters, new
/// SoftmaxRegression&lt;float&gt;(test));
/// </code></example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Trainer<T> : IStateful
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IModel<T> _model;
    private readonly TrainingLoop<T> _loop;

    /// <summary>Training by the steps of an optimizer. Checks everything that can be checked before the first one.</summary>
    /// <param name="model">The training rows.</param>
    /// <param name="optimizer">For vectors of the model's length; the caller keeps it and disposes it.</param>
    /// <param name="options">Batches and end.</param>
    /// <exception cref="ArgumentException">An option is out of range, the optimizer's length is not the model's, or there are no
    /// rows.</exception>
    public Trainer(IModel<T> model, Optimizer<T> optimizer, TrainingOptions options)
        : this(model, options, () => StepsOf(model, optimizer, options))
    {
    }

    /// <summary>Estimation by L-BFGS. An epoch is one iteration; its loss and gradient are those after it.</summary>
    /// <param name="model">The loss, smooth and bounded below.</param>
    /// <param name="lbfgs">Memory and line search; the options say when the run ends.</param>
    /// <param name="options">Its batches must be of all rows.</param>
    /// <exception cref="ArgumentException">An option is out of range, batches are not of all rows, or there are none.</exception>
    public Trainer(IModel<T> model, Lbfgs lbfgs, TrainingOptions options)
        : this(model, options, () => new LbfgsSteps<T>(model, lbfgs ?? throw new ArgumentNullException(nameof(lbfgs))))
    {
    }

    private Trainer(IModel<T> model, TrainingOptions options, Func<StepMethod<T>> createMethod)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (model.RowCount < 1)
        {
            throw new ArgumentException("has no rows; expected at least one", nameof(model));
        }

        (_model, _loop) = (model, new(model, createMethod(), options));
    }

    /// <summary>Trains from the given parameters on, in place, or goes on where the last call stopped.</summary>
    /// <param name="parameters">θ, m values. They are the start of the first run; a trainer that has taken a batch overwrites them with
    /// its own θ and goes on
    /// from there. On return those of the stopping step, or after a non-finite loss the last ones kept with a finite
    /// loss: with a full batch those before the last step, else those at the start of the epoch. (The optimizer's state is not turned
    /// back.)</param>
    /// <param name="test">The model over the test rows, evaluated once at the end.</param>
    /// <param name="validation">The model over the validation rows, evaluated after each epoch.</param>
    /// <param name="progress">Called after each epoch, and in between at most 20 times a second.</param>
    /// <param name="cancellation">Looked at between batches; the call then returns like any other, and the next one goes on.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/>, <paramref name="test"/> or <paramref name="validation"/> has
    /// another
    /// number of parameters than the model, or <see cref="TrainingOptions.Patience"/> lacks validation rows.</exception>
    /// <exception cref="InvalidOperationException">The schedule gives a factor that is negative or not finite, or the trainer is
    /// running.</exception>
    /// <remarks>What a model, schedule, rule or <paramref name="progress"/> throws comes out here. Trainer, optimizer and parameters are
    /// then as after the last
    /// complete batch, and the next call goes on with the one that failed.</remarks>
    public TrainingResult Run(
        Span<T> parameters,
        IModel<T>? test = null,
        IModel<T>? validation = null,
        Action<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        CheckLength(parameters.Length, nameof(parameters));
        CheckLength(validation?.ParameterCount ?? parameters.Length, nameof(validation));
        CheckLength(test?.ParameterCount ?? parameters.Length, nameof(test));
        return _loop.Run(parameters, test, validation, progress, cancellation);
    }

    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        _loop.VisitState(visitor);
    }

    private static OptimizerSteps<T> StepsOf(IModel<T> model, Optimizer<T> optimizer, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return optimizer.Length == model.ParameterCount ? new(model, optimizer, options.Accumulate) : throw new ArgumentException(
            $"has length {optimizer.Length}; expected the model's {model.ParameterCount} parameters", nameof(optimizer));
    }

    private void CheckLength(int length, string name)
    {
        if (length != _model.ParameterCount)
        {
            throw new ArgumentException($"has length {length}; expected the model's {_model.ParameterCount} parameters", name);
        }
    }
}
