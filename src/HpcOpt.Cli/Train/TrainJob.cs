using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HpcOpt.Cli.Commands;
using HpcOpt.Training;
using Spectre.Console;

namespace HpcOpt.Cli.Train;

/// <summary>One training run in one precision; everything is checked by now but the data in standard units.</summary>
internal sealed class TrainJob<T>(TrainSettings settings, TrainingData data, ConfiguredRule rule, Schedule? schedule, Execution execution)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Run(JsonReport report, TextWriter writer)
    {
        Standardizer standardizer = new(data.Train, keepTarget: settings.Model == ModelKind.Poisson);
        IModel<T> model = Model(standardizer.Transform<T>(data.Train));
        IModel<T>? test = data.Test is null ? null : Model(standardizer.Transform<T>(data.Test));
        IModel<T>? validation = data.Validation is null ? null : Model(standardizer.Transform<T>(data.Validation));
        double lossUnit = settings.Model == ModelKind.Linear ? SquaredTargetUnit(standardizer) : 1;
        T[] parameters = new T[model.ParameterCount];
        using Optimizer<T> optimizer = rule.CreateOptimizer<T>(parameters.Length, execution);
        optimizer.Schedule = schedule;
        TrainingOptions options = settings.Options with { Sampler = data.Sampler, TargetLoss = settings.Options.TargetLoss / lossUnit };
        Trainer<T> trainer = new(model, optimizer, options);

        IAnsiConsole screen = Screen.On(writer);
        using StopSignals signals = new();
        TrainingResult result = ProgressView.Run(
            screen, settings.Options, lossUnit, progress => trainer.Run(parameters, test, validation, progress, signals.Token));

        TrainReport outcome = new()
        {
            Model = settings.Model,
            Optimizer = rule.Name,
            LearningRate = rule.LearningRate,
            Schedule = schedule?.ToString(),
            Batch = settings.Options.BatchSize == TrainingOptions.FullBatch ? model.RowCount : settings.Options.BatchSize,
            Sampler = settings.Sampler?.ToString() ?? $"{options.SamplerOf(model.RowCount)}",
            Seed = settings.Options.Seed,
            Precision = settings.SinglePrecision ? "f32" : "f64",
            Steps = result.Steps,
            Epochs = result.Epochs,
            Seconds = result.Seconds,
            Stop = result.Stop,
            Loss = [.. result.EpochLosses.Select(loss => loss * lossUnit)],
            TrainLoss = result.TrainLoss * lossUnit,
            TestLoss = result.TestLoss * lossUnit,
            TestAccuracy = result.TestAccuracy,
            ParametersSha256 = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(parameters.AsSpan()))),
            Threads = execution.Threads,
            Path = execution.Path.Name,
            Coefficients = settings.Model == ModelKind.Softmax ? null : standardizer.Coefficients<T>(parameters),
        };
        bool canceled = result.Stop == StopReason.Canceled;
        screen.WriteRows([.. Summary.Rows(data, outcome, result, BytesPerParameter(optimizer), canceled ? signals.Name : StopText(result))]);
        report.Write(outcome);
        return result.Stop == StopReason.NonFiniteLoss
            ? throw new CliException(ExitCode.CheckFailed, $"--lr is {rule.LearningRate}: {result}.")
            : canceled ? signals.ExitCode : ExitCode.Done;
    }

    private IModel<T> Model(DataSet<T> rows) => settings.Model switch
    {
        ModelKind.Linear => new LinearRegression<T>(rows),
        ModelKind.Logistic => new LogisticRegression<T>(rows),
        ModelKind.Poisson => new PoissonRegression<T>(rows),
        _ => new SoftmaxRegression<T>(rows),
    };

    // A step reads θ, g and the state, and writes θ and the state.
    private static int BytesPerParameter(Optimizer<T> optimizer) => (3 + (2 * optimizer.State.Count)) * Unsafe.SizeOf<T>();

    // The squared loss is in the squared units of the target, whose σ is what a standardised intercept of 1 adds to `const`.
    private double SquaredTargetUnit(Standardizer standardizer)
    {
        double[] parameters = new double[data.Train.FeatureCount + 1];
        double mean = standardizer.Coefficients<double>(parameters)[Standardizer.InterceptName];
        parameters[^1] = 1;
        double deviation = standardizer.Coefficients<double>(parameters)[Standardizer.InterceptName] - mean;
        return deviation * deviation;
    }

    private string StopText(TrainingResult result) => result.Stop switch
    {
        StopReason.MaxEpochs when settings.Options.GradientTolerance is { } tolerance =>
            $"after {result.Epochs} epochs; the norm of the gradient is still above {tolerance}, so estimates are approximate",
        StopReason.MaxEpochs => $"after {result.Epochs} epochs",
        StopReason.MaxSteps => $"after {result.Steps} steps",
        StopReason.GradientTolerance => $"norm of the gradient at most {settings.Options.GradientTolerance}",
        StopReason.TargetLoss => $"loss at most {settings.Options.TargetLoss}",
        StopReason.ParameterTolerance => $"parameters changed by at most {settings.Options.ParameterTolerance}, relatively",
        StopReason.StalledRate => $"effective learning rate of every parameter below {settings.Options.StalledRate}",
        StopReason.Patience => $"no better validation loss for {settings.Options.Patience} epochs; the parameters are those after step {result.ParametersStep}",
        StopReason.LossTolerance => $"loss changed by at most {settings.Options.LossTolerance}, relatively",
        _ => "the loss was not finite",
    };
}
