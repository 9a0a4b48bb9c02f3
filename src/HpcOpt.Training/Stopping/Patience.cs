using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>
/// Early stopping: the loss over the validation rows was not below its best for so many epochs. The run returns the parameters of the
/// best epoch,
/// whatever ends it.
/// </summary>
/// <param name="epochs">At least 1.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="epochs"/> is less than 1.</exception>
public sealed class Patience(int epochs) : IStoppingRule
{
    /// <summary>Epochs without a better loss.</summary>
    public int Epochs { get; } = (int)Guard.AtLeastOne(epochs, nameof(epochs));

    /// <inheritdoc/>
    public StopReason Reason => StopReason.Patience;

    /// <inheritdoc/>
    public StoppingNeeds Needs => StoppingNeeds.Validation | StoppingNeeds.BestParameters;

    /// <inheritdoc/>
    public bool StopsAfterEpoch(TrainingView run) => run.History.Count - run.BestEpoch >= Epochs;

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(Patience)} is {Epochs}";
}
