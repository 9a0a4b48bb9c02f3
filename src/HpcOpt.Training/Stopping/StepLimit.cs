using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>The most updates in a run.</summary>
/// <param name="steps">At least 1.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is less than 1.</exception>
public sealed class StepLimit(long steps) : IStoppingRule
{
    /// <summary>Updates.</summary>
    public long Steps { get; } = Guard.AtLeastOne(steps, nameof(steps));

    /// <inheritdoc/>
    public StopReason Reason => StopReason.MaxSteps;

    /// <inheritdoc/>
    public bool StopsAfterStep(TrainingView run) => run.StepsOfRun >= Steps;
}
