namespace HpcOpt.Training;

/// <summary>One pass over the data, as it went.</summary>
public readonly record struct EpochRecord
{
    /// <summary>Number of the pass, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Updates at its end, since the trainer's first.</summary>
    public required long Step { get; init; }

    /// <summary>The mean loss of the rows, each at the parameters before its batch's update; of <see cref="Lbfgs"/> the loss after
    /// it.</summary>
    public required double Loss { get; init; }

    /// <summary>η of the last update, as the schedule set it; of <see cref="Lbfgs"/> the length of its step, where 1 is the quasi-Newton
    /// step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>‖g‖₂ of the last batch.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Wall-clock time since the trainer's first run began.</summary>
    public required double Seconds { get; init; }

    /// <summary>Wall-clock time inside the optimizer's steps since the trainer's first run began.</summary>
    public required double OptimizerSeconds { get; init; }

    /// <summary>Evaluations of loss and gradient over all rows so far, of <see cref="Lbfgs"/>; null for others.</summary>
    public int? Evaluations { get; init; }

    /// <summary>The loss over all test rows at the epoch's end; null unless <see cref="TrainingOptions.EvaluateEachEpoch"/> and there are
    /// any.</summary>
    public double? TestLoss { get; init; }

    /// <summary>The share of the test rows whose class is predicted; null as for <see cref="TestLoss"/>, or without classes.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>The loss over all validation rows at the epoch's end; null without any.</summary>
    public double? ValidationLoss { get; init; }
}
