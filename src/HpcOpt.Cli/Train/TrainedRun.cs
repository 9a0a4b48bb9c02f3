using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>A run that is over.</summary>
/// <param name="Report">What is reported of it.</param>
/// <param name="Result">How it went.</param>
/// <param name="LossUnit">Turns the losses of <paramref name="Result"/> into the units of the report.</param>
/// <param name="BytesPerParameter">What a step moves for each parameter; null where it is more than a sweep, or changes from step to
/// step.</param>
/// <param name="StateBytesPerParameter">Memory of the optimizer's state for each parameter, as allocated.</param>
/// <param name="StopText">Why it ended.</param>
internal sealed record TrainedRun(
    TrainReport Report, TrainingResult Result, double LossUnit, double? BytesPerParameter, double StateBytesPerParameter, string StopText)
{
    /// <summary>Parameters updated in a second, inside the optimizer's steps: of each epoch.</summary>
    public IReadOnlyList<double> EpochThroughputs { get; } =
    [
        .. Result.History.Prepend(default).Zip(Result.History, (last, epoch) =>
            (epoch.Step - last.Step) * (Result.ParametersUpdated / (double)Result.Steps)
                / (epoch.OptimizerSeconds - last.OptimizerSeconds)),
    ];

    /// <summary>The median epoch's, because the first one pays for compilation; of the whole run if that is no epoch, and 0 without a
    /// step.</summary>
    public double Throughput => EpochThroughputs.Count > 0 ? EpochThroughputs.Order().ElementAt(EpochThroughputs.Count / 2)
        : Result.Steps > 0 ? Result.ParametersUpdated / Result.OptimizerSeconds
        : 0;
}
