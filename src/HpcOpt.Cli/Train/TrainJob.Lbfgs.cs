using System.Runtime.CompilerServices;
using HpcOpt.Training;
using Spectre.Console;

namespace HpcOpt.Cli.Train;

internal sealed partial class TrainJob<T>
{
    /// <summary>Estimates with all rows; an iteration is an epoch of one step, its loss being the one after it.</summary>
    public TrainedRun Run(Lbfgs lbfgs, IAnsiConsole screen, CancellationToken cancellation)
    {
        T[] parameters = _models.Start();
        TrainingOptions options = settings.Options with
        {
            Sampler = data.Sampler,
            GradientTolerance = lbfgs.GradientTolerance,
            TargetLoss = settings.Options.TargetLoss / _models.LossUnit,
        };
        Trainer<T> trainer = new(_models.Train, lbfgs, options);
        TrainingResult result = ProgressView.Run(
            screen, options, _models.LossUnit, progress => trainer.Run(parameters, _models.Test, progress: progress, cancellation: cancellation));
        return new(
            Report(LbfgsOptions.Name, null, LbfgsOptions.Hyperparameters(lbfgs), null, settings.Options, result, parameters) with { Evaluations = result.Evaluations },
            result,
            _models.LossUnit,
            BytesPerParameter: null,
            2.0 * lbfgs.Memory * Unsafe.SizeOf<T>(),
            StopText(result, settings.Options with { GradientTolerance = lbfgs.GradientTolerance }));
    }
}
