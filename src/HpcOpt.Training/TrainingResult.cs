using System.Globalization;

namespace HpcOpt.Training;

/// <summary>How a run went.</summary>
public sealed record TrainingResult
{
    /// <summary>Why it ended.</summary>
    public required StopReason Stop { get; init; }

    /// <summary>The rule that ended it; null where none did, as after a cancellation.</summary>
    public IStoppingRule? Rule { get; init; }

    /// <summary>Updates done, those of earlier calls of <see cref="Trainer{T}.Run"/> included, as in all that follows.</summary>
    public required long Steps { get; init; }

    /// <summary>The updates that the returned parameters have seen: <see cref="Steps"/>, or fewer after a non-finite loss.</summary>
    public required long ParametersStep { get; init; }

    /// <summary>Complete passes over the data.</summary>
    public int Epochs => History.Count;

    /// <summary>Wall-clock time, evaluation at the end included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Wall-clock time inside the optimizer's steps.</summary>
    public required double OptimizerSeconds { get; init; }

    /// <summary>m times the number of updates; divided by <see cref="OptimizerSeconds"/>, the optimizer's throughput.</summary>
    public required long ParametersUpdated { get; init; }

    /// <summary>Evaluations of loss and gradient over all rows, of <see cref="Lbfgs"/>; null for others, which take one a batch.</summary>
    public int? Evaluations { get; init; }

    /// <summary>For each complete epoch the mean loss of its rows, each at the parameters before its batch's update.</summary>
    public IReadOnlyList<double> EpochLosses => [.. History.Select(epoch => epoch.Loss)];

    /// <summary>The complete passes over the data.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>The loss over all training rows at the returned parameters.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>‖∇L‖₂ at the returned parameters, of <see cref="Lbfgs"/>; null for others, which do not compute it.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>The loss over all test rows at the returned parameters; null without test rows.</summary>
    public double? TestLoss { get; init; }

    /// <summary>The share of the test rows whose class is predicted; null without test rows or classes.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>Why it ended, as a sentence.</summary>
    public override string ToString() => Stop switch
    {
        StopReason.NonFiniteLoss => string.Create(CultureInfo.InvariantCulture,
            $"the loss was not finite after step {Steps}; lower the learning rate; the parameters are those after step {ParametersStep}"),
        StopReason.Rule => string.Create(CultureInfo.InvariantCulture, $"stopped by {Rule} after step {Steps}, epoch {Epochs}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"stopped by {Stop} after step {Steps}, epoch {Epochs}"),
    };
}
