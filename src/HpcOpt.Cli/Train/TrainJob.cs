using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HpcOpt.Cli.Commands;
using HpcOpt.Training;
using Spectre.Console;

namespace HpcOpt.Cli.Train;

/// <summary>A run that is over.</summary>
/// <param name="Report">What is reported of it.</param>
/// <param name="Result">How it went.</param>
/// <param name="LossUnit">Turns the losses of <paramref name="Result"/> into the units of the report.</param>
/// <param name="BytesPerParameter">What a step moves for each parameter; null where it is more than a sweep, or changes from step to step.</param>
/// <param name="StateBytesPerParameter">Memory of the optimizer's state for each parameter, as allocated.</param>
/// <param name="StopText">Why it ended.</param>
internal sealed record TrainedRun(
    TrainReport Report, TrainingResult Result, double LossUnit, double? BytesPerParameter, double StateBytesPerParameter, string StopText)
{
    /// <summary>Parameters updated in a second, inside the optimizer's steps: of each epoch.</summary>
    public IReadOnlyList<double> EpochThroughputs { get; } = [.. Result.History
        .Prepend(default)
        .Zip(Result.History, (last, epoch) => (epoch.Step - last.Step) * (Result.ParametersUpdated / (double)Result.Steps) / (epoch.OptimizerSeconds - last.OptimizerSeconds))];

    /// <summary>The median epoch's, because the first one pays for compilation; of the whole run if that is no epoch, and 0 without a step.</summary>
    public double Throughput => EpochThroughputs.Count > 0 ? EpochThroughputs.Order().ElementAt(EpochThroughputs.Count / 2)
        : Result.Steps > 0 ? Result.ParametersUpdated / Result.OptimizerSeconds
        : 0;
}

/// <summary>Trains in one precision; everything is checked by now but the data in standard units.</summary>
internal sealed partial class TrainJob<T>(TrainSettings settings, ITrainingData data, Func<Schedule?> createSchedule, Execution execution, bool isComparison)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ITrainModels<T> _models = data.Models<T>(settings, execution);

    public TrainedRun Run(OptimizerConfiguration rule, IAnsiConsole screen, CancellationToken cancellation)
    {
        T[] parameters = _models.Start();
        if (isComparison && rule.MostInComparison() < parameters.Length)
        {
            throw new CliException(
                ExitCode.Usage,
                $"a step costs the cube of the {parameters.Length} parameters, and a comparison takes it up to {rule.MostInComparison()}; "
                + $"run it alone with --optimizer {rule.Name}.");
        }

        using Optimizer<T> optimizer = rule.Create<T>(parameters.Length, _models.Train.Layout, execution, settings.Storage);
        optimizer.Schedule = createSchedule();
        TrainingOptions options = settings.Options with { Sampler = data.Sampler, TargetLoss = settings.Options.TargetLoss / _models.LossUnit };
        Trainer<T> trainer = new(_models.Train, optimizer, options);
        TrainingResult result = ProgressView.Run(
            screen, options, _models.LossUnit, progress => trainer.Run(parameters, _models.Test, _models.Validation, progress, cancellation));
        return new(
            Report(rule.Name, rule.LearningRate, rule.Values(), optimizer.Schedule, options, result, parameters),
            result,
            _models.LossUnit,
            optimizer.BytesPerParameter,
            (double)optimizer.State.Sum(vector => vector.MemoryBytes) / parameters.Length,
            StopText(result, settings.Options));
    }

    private TrainReport Report(
        string optimizer, double? rate, IReadOnlyDictionary<string, object> hyperparameters, Schedule? schedule, TrainingOptions options, TrainingResult result, T[] parameters) => new()
        {
            Model = settings.Model,
            Optimizer = optimizer,
            LearningRate = rate,
            Hyperparameters = hyperparameters,
            Schedule = schedule?.ToString(),
            Batch = options.BatchSize == TrainingOptions.FullBatch ? _models.Train.RowCount : options.BatchSize,
            Sampler = settings.Sampler?.ToString() ?? $"{options.SamplerOf(_models.Train.RowCount)}",
            Seed = options.Seed,
            Precision = settings.SinglePrecision ? "f32" : "f64",
            State = StorageOptions.Name(settings.Storage, settings.SinglePrecision ? "f32" : "f64"),
            Steps = result.Steps,
            Epochs = result.Epochs,
            Seconds = result.Seconds,
            Stop = result.Stop,
            Loss = [.. result.EpochLosses.Select(loss => loss * _models.LossUnit)],
            TrainLoss = result.TrainLoss * _models.LossUnit,
            TestLoss = result.TestLoss * _models.LossUnit,
            TestAccuracy = result.TestAccuracy,
            ParametersSha256 = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(parameters.AsSpan()))),
            Threads = execution.Threads,
            Path = execution.Path.Name,
            Blas = _models.Blas,
            Network = _models.Network,
            Coefficients = _models.Coefficients(parameters),
        };

    private static string StopText(TrainingResult result, TrainingOptions options) => result.Stop switch
    {
        StopReason.MaxEpochs when options.GradientTolerance is { } tolerance =>
            $"after {result.Epochs} epochs; the norm of the gradient is still above {tolerance}, so estimates are approximate",
        StopReason.MaxEpochs => $"after {result.Epochs} epochs",
        StopReason.MaxSteps => $"after {result.Steps} steps",
        StopReason.GradientTolerance => $"norm of the gradient at most {options.GradientTolerance}",
        StopReason.TargetLoss => $"loss at most {options.TargetLoss}",
        StopReason.ParameterTolerance => $"parameters changed by at most {options.ParameterTolerance}, relatively",
        StopReason.StalledRate => $"effective learning rate of every parameter below {options.StalledRate}",
        StopReason.Patience => $"no better validation loss for {options.Patience} epochs; the parameters are those after step {result.ParametersStep}",
        StopReason.LossTolerance => $"loss changed by at most {options.LossTolerance}, relatively",
        StopReason.LineSearch => "no further step lowers the loss beyond rounding",
        StopReason.Canceled => "interrupted",
        _ => $"the loss was not finite after step {result.Steps}",
    };
}
