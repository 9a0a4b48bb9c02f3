namespace HpcOpt.Training;

/// <summary>What an <see cref="IStoppingRule"/> sees of a run. Norms are computed when they are asked for.</summary>
public abstract class TrainingView
{
    private protected TrainingView()
    {
    }

    /// <summary>The complete passes over the data.</summary>
    public abstract IReadOnlyList<EpochRecord> History { get; }

    /// <summary>Complete passes since the run began; all of <see cref="History"/> unless an earlier run of the trainer came to its
    /// end.</summary>
    public abstract int EpochsOfRun { get; }

    /// <summary>Updates since the run began.</summary>
    public abstract long StepsOfRun { get; }

    /// <summary>Before a step the loss of its batch; after it the mean of the epoch's batches so far; after an epoch its loss.</summary>
    public abstract double Loss { get; }

    /// <summary>‖g‖₂ of the batch, or of the gradient that the last step took.</summary>
    public abstract double GradientNorm { get; }

    /// <summary>Whether loss and gradient are those of all rows at the parameters as they are now.</summary>
    public abstract bool IsCurrent { get; }

    /// <summary>‖θ_{e-1}‖₂, of the parameters at the start of the epoch.</summary>
    public abstract double ParameterNorm { get; }

    /// <summary>‖θ - θ_{e-1}‖₂, the change of the parameters since the start of the epoch.</summary>
    public abstract double ParameterChange { get; }

    /// <summary>
    /// After an epoch, the largest |Δθ_i| / |g_i| of its last step; NaN where every gradient is 0. Needs
    /// <see cref="StoppingNeeds.LastStep"/>.
    /// </summary>
    public abstract double EffectiveRate { get; }

    /// <summary>Number of the epoch with the least validation loss, from 1; 0 before any. Needs
    /// <see cref="StoppingNeeds.BestParameters"/>.</summary>
    public abstract int BestEpoch { get; }

    /// <summary>Wall-clock time of the trainer's runs.</summary>
    public abstract TimeSpan Elapsed { get; }
}
