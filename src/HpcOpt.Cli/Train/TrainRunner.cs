using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HpcOpt.Cli.Commands;
using HpcOpt.Training;
using Spectre.Console;

namespace HpcOpt.Cli.Train;

/// <summary>Trains in one precision, by one optimizer after another; everything is checked by now but the data in standard units.</summary>
internal sealed class TrainRunner<T>(TrainSettings settings, TrainData data, Execution execution)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TrainModels<T> _models = data.Models<T>(settings, execution);

    /// <param name="rule">The optimizer.</param>
    /// <param name="isComparison">Whether others follow, so that a very slow one is left out.</param>
    /// <param name="screen">Where progress is shown.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="CliException">The optimizer is not made for the model.</exception>
    public TrainedRun Run(OptimizerConfiguration rule, bool isComparison, IAnsiConsole screen, CancellationToken cancellation)
    {
        int length = _models.Train.ParameterCount;
        CliException.Require(
            !isComparison || rule.MostInComparison() >= length,
            $"a step costs the cube of the {length} parameters, and a comparison takes it up to {rule.MostInComparison()}; run it alone " +
                $"with --optimizer {rule.Name}.");
        using Optimizer<T> optimizer = rule.Create<T>(length, _models.Train.Layout, execution, settings.Storage);
        optimizer.Schedule = settings.Optimizer.CreateSchedule(); // it may have a state: one for each run
        optimizer.Options = settings.Step.Create();
        double stateBytes = optimizer.State.Sum(vector => vector.MemoryBytes);
        TrainedRun run = Run(new Trainer<T>(_models.Train, optimizer, Options), rule.Name, rule.Values(), screen, cancellation);
        return run with
        {
            Report = run.Report with { LearningRate = rule.LearningRate, Schedule = optimizer.Schedule?.ToString() },
            BytesPerParameter = optimizer.BytesPerParameter,
            StateBytesPerParameter = stateBytes / length,
        };
    }

    /// <summary>Estimates with all rows; an iteration is an epoch of one step, its loss being the one after it.</summary>
    public TrainedRun Run(Lbfgs lbfgs, IAnsiConsole screen, CancellationToken cancellation)
    {
        Trainer<T> trainer = new(_models.Train, lbfgs, Options);
        TrainedRun run = Run(trainer, LbfgsOptions.Name, LbfgsOptions.Hyperparameters(lbfgs), screen, cancellation);
        return run with { StateBytesPerParameter = 2.0 * lbfgs.Memory * Unsafe.SizeOf<T>() };
    }

    /// <summary>Losses of the model are in standard units.</summary>
    private TrainingOptions Options =>
        settings.Options with { Sampler = data.Sampler, TargetLoss = settings.Options.TargetLoss / _models.LossUnit };

    private TrainedRun Run(
        Trainer<T> trainer,
        string optimizer,
        IReadOnlyDictionary<string, object> hyperparameters,
        IAnsiConsole screen,
        CancellationToken cancellation)
    {
        T[] parameters = _models.Start();
        TrainingResult result = ProgressView.Run(
            screen,
            Options,
            _models.LossUnit,
            progress => trainer.Run(parameters, _models.Test, _models.Validation, progress, cancellation));
        TrainReport report = Report(optimizer, hyperparameters, result, parameters);
        string stop = StopText(result, settings.Options);
        return new(report, result, _models.LossUnit, BytesPerParameter: null, StateBytesPerParameter: 0, stop);
    }

    private TrainReport Report(
        string optimizer, IReadOnlyDictionary<string, object> hyperparameters, TrainingResult result, T[] parameters) => new()
        {
            Model = settings.Model.Kind,
            Optimizer = optimizer,
            LearningRate = null,
            Hyperparameters = hyperparameters,
            Schedule = null,
            Batch = Options.BatchSize == TrainingOptions.FullBatch ? _models.Train.RowCount : Options.BatchSize,
            Accumulate = Options.Accumulate,
            ClipNorm = settings.Step.ClipNorm,
            ClipValue = settings.Step.ClipValue,
            Average = settings.Step.Average,
            LossScale = settings.Step.LossScale,
            Sampler = settings.Sampler?.ToString() ?? $"{Options.SamplerOf(_models.Train.RowCount)}",
            Seed = Options.Seed,
            Precision = settings.PrecisionName,
            State = StorageOptions.Name(settings.Storage, settings.PrecisionName),
            Steps = result.Steps,
            Epochs = result.Epochs,
            Evaluations = result.Evaluations,
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
        StopReason.Patience => $"no better validation loss for {options.Patience} epochs; the parameters are those after step " +
            $"{result.ParametersStep}",
        StopReason.LossTolerance => $"loss changed by at most {options.LossTolerance}, relatively",
        StopReason.LineSearch => "no further step lowers the loss beyond rounding",
        StopReason.Canceled => "interrupted",
        _ => $"the loss was not finite after step {result.Steps}",
    };
}
