namespace HpcOpt.Training;

/// <summary>Why a training run ended.</summary>
public enum StopReason
{
    /// <summary><see cref="TrainingOptions.MaxEpochs"/> passes over the data are done.</summary>
    MaxEpochs,

    /// <summary><see cref="TrainingOptions.MaxSteps"/> updates are done.</summary>
    MaxSteps,

    /// <summary>The norm of the full gradient is at most <see cref="TrainingOptions.GradientTolerance"/>.</summary>
    GradientTolerance,

    /// <summary>From one epoch to the next the loss changed by at most <see cref="TrainingOptions.LossTolerance"/>, relatively.</summary>
    LossTolerance,

    /// <summary>The loss is at most <see cref="TrainingOptions.TargetLoss"/>.</summary>
    TargetLoss,

    /// <summary>The loss was NaN or infinite; the parameters are the last good ones.</summary>
    NonFiniteLoss,

    /// <summary>The caller cancelled; the last update is complete.</summary>
    Canceled,
}
