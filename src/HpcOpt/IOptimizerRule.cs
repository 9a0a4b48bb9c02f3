using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>
/// An optimizer's hyperparameters, and how they become the update of step t. One implementation is one file in <c>Rules</c>.
/// </summary>
public interface IOptimizerRule
{
    /// <summary>The name on the command line and in files: lower case, for example <c>adamw</c>.</summary>
    string Name { get; }

    /// <summary>Learning rate η ≥ 0; may change between steps.</summary>
    double LearningRate { get; set; }

    /// <summary>The state vectors kept for each parameter, in the order in which the update takes them.</summary>
    StateVector[] State { get; }

    /// <summary>Folds the hyperparameters into the update of step <paramref name="t"/> and hands it to the sweep, once.</summary>
    /// <typeparam name="V">The lanes of the chosen path and precision.</typeparam>
    /// <typeparam name="TSweep">The engine's end of the call.</typeparam>
    /// <param name="t">Number of this step, from 1.</param>
    /// <param name="sweep">Receives the update.</param>
    void Step<V, TSweep>(long t, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>;
}

/// <summary>One state vector of an optimizer: as long as the parameters, in their precision.</summary>
/// <param name="Name">Name in reports and checkpoints, for example <c>m</c>.</param>
/// <param name="Initial">Value of every element before the first step.</param>
public readonly record struct StateVector(string Name, double Initial = 0);
