namespace HpcOpt.Training;

/// <summary>Ends a training run. A rule of one's own is one class, and one element of <see cref="TrainingOptions.Rules"/>.</summary>
/// <remarks>
/// All rules are asked at each moment, and the first one in their order that is met names the reason. A rule that carries something from
/// one moment to the
/// next is an <see cref="IStateful"/>, serves one run, and joins the state of the <see cref="Trainer{T}"/>. One that throws leaves the
/// run as it was.
/// </remarks>
/// <example><code>
/// sealed class TimeLimit(TimeSpan limit) : IStoppingRule
/// {
///     public bool StopsAfterStep(TrainingView run) => run.Elapsed >= limit;
/// }
/// </code></example>
public interface IStoppingRule
{
    /// <summary>How results name this end.</summary>
    StopReason Reason => StopReason.Rule;

    /// <summary>What must be there to follow the rule.</summary>
    StoppingNeeds Needs => StoppingNeeds.None;

    /// <summary>Asked before each step, when loss and gradient of its batch are known.</summary>
    /// <param name="run">Where the run stands.</param>
    bool StopsBeforeStep(TrainingView run) => false;

    /// <summary>Asked after each step that does not end an epoch.</summary>
    /// <param name="run">Where the run stands.</param>
    bool StopsAfterStep(TrainingView run) => false;

    /// <summary>Asked after each epoch, whose record is the last of <see cref="TrainingView.History"/>; as after any other step unless
    /// overridden.</summary>
    /// <param name="run">Where the run stands.</param>
    bool StopsAfterEpoch(TrainingView run) => StopsAfterStep(run);
}

/// <summary>What an <see cref="IStoppingRule"/> needs of a run.</summary>
[Flags]
public enum StoppingNeeds
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Batches of all rows, whose gradient is ∇L.</summary>
    FullBatch = 1,

    /// <summary>Validation rows.</summary>
    Validation = 2,

    /// <summary>The parameters of the epoch with the least validation loss, which the run then returns.</summary>
    BestParameters = 4,

    /// <summary>How far the last step of an epoch moved each parameter, for <see cref="TrainingView.EffectiveRate"/>.</summary>
    LastStep = 8,
}
