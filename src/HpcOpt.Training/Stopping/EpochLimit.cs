using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>The most passes over the data in a run.</summary>
/// <param name="epochs">At least 1.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="epochs"/> is less than 1.</exception>
public sealed class EpochLimit(int epochs) : IStoppingRule
{
    /// <summary>Passes over the data.</summary>
    public int Epochs { get; } = (int)Guard.AtLeastOne(epochs, nameof(epochs));

    /// <inheritdoc/>
    public StopReason Reason => StopReason.MaxEpochs;

    /// <inheritdoc/>
    public bool StopsAfterEpoch(TrainingView run) => run.EpochsOfRun >= Epochs;
}
