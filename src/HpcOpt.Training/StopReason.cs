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

    /// <summary>From one epoch to the next the parameters changed by at most <see cref="TrainingOptions.ParameterTolerance"/>,
    /// relatively.</summary>
    ParameterTolerance,

    /// <summary>The effective learning rate of every parameter is below <see cref="TrainingOptions.StalledRate"/>.</summary>
    StalledRate,

    /// <summary>The validation loss has not improved for <see cref="TrainingOptions.Patience"/> epochs; the parameters are the best
    /// ones.</summary>
    Patience,

    /// <summary>The loss was NaN or infinite, or a gradient of an optimizer that works on matrices was; the parameters are the last good
    /// ones.</summary>
    NonFiniteLoss,

    /// <summary>
    /// <see cref="Lbfgs"/> found no further step that lowers the loss: it is as low as rounding lets it be seen, or the gradient is not
    /// that of
    /// the loss (see <see cref="GradientCheck"/>). The parameters are the best ones.
    /// </summary>
    LineSearch,

    /// <summary>The caller cancelled; the last update is complete.</summary>
    Canceled,

    /// <summary>A rule of <see cref="TrainingOptions.Rules"/> that has no name here: <see cref="TrainingResult.Rule"/>.</summary>
    Rule,
}
