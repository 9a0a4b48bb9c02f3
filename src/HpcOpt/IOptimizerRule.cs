using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>The hyperparameters of an optimizer.</summary>
public interface IHyperparameters
{
    /// <summary>The name on the command line and in files: lower case, for example <c>adamw</c>.</summary>
    string Name { get; }

    /// <summary>Learning rate η ≥ 0; may change between steps.</summary>
    double LearningRate { get; set; }
}

/// <summary>
/// An optimizer's hyperparameters, and how they become the update of step t. One implementation is one file in <c>Rules</c>.
/// </summary>
public interface IOptimizerRule : IHyperparameters
{
    /// <summary>The state vectors kept for each parameter, in the order in which the update takes them; at most 4.</summary>
    StateVector[] State { get; }

    /// <summary>The numbers that are kept beside the state vectors, one for all parameters; none by default.</summary>
    StateScalar[] Scalars => [];

    /// <summary>Whether the model is to be evaluated elsewhere than at θ; then <see cref="Evaluate"/> says where.</summary>
    bool HasEvaluationPoint => false;

    /// <summary>
    /// What a step does where the gradient is 0. Null, and no sparse steps, where that is more than factors. A movement of θ along old
    /// momentum does not count, because sparse steps do not make it.
    /// </summary>
    LazyDecay? LazyDecay => null;

    /// <summary>Folds the hyperparameters into the update of one step and hands it to the sweep, once.</summary>
    /// <typeparam name="V">The lanes of the chosen path and precision.</typeparam>
    /// <typeparam name="TSweep">The engine's end of the call.</typeparam>
    /// <param name="step">Number of this step, and the scalars.</param>
    /// <param name="sweep">Receives the update.</param>
    void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>;

    /// <summary>
    /// Hands over, once, an update that computes the evaluation point: its p is written there, its g is θ, and it must not write the state.
    /// </summary>
    /// <typeparam name="V">The lanes of the chosen path and precision.</typeparam>
    /// <typeparam name="TSweep">The engine's end of the call.</typeparam>
    /// <param name="sweep">Receives the update.</param>
    void Evaluate<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> => throw new NotSupportedException($"{Name} is evaluated at its parameters.");
}

/// <summary>One state vector of an optimizer: as long as the parameters, in their precision.</summary>
/// <param name="Name">Name in reports and checkpoints, for example <c>m</c>.</param>
/// <param name="Initial">Value of every element before the first step.</param>
public readonly record struct StateVector(string Name, double Initial = 0);

/// <summary>A number that an optimizer carries from step to step.</summary>
/// <param name="Name">Name in reports and checkpoints, for example <c>weightSum</c>.</param>
/// <param name="Initial">Value before the first step.</param>
public readonly record struct StateScalar(string Name, double Initial = 0);

/// <summary>What a rule is told of the step to take.</summary>
public readonly unsafe struct StepInfo
{
    private readonly double* _scalars;
    private readonly int _count;

    internal StepInfo(long t, double* scalars, int count)
    {
        T = t;
        _scalars = scalars;
        _count = count;
    }

    /// <summary>t, the number of this step, from 1.</summary>
    public long T { get; }

    /// <summary>The rule's <see cref="IOptimizerRule.Scalars"/>, to be read and written.</summary>
    public Span<double> Scalars => new(_scalars, _count);
}
