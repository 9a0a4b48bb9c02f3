using System.Runtime.CompilerServices;
using HpcOpt.Training;
using Spectre.Console;

namespace HpcOpt.Cli.Train;

internal sealed partial class TrainJob<T>
{
    /// <summary>Estimates with all rows; an iteration is reported as an epoch of one step, its loss being the one after it.</summary>
    public TrainedRun Run(Lbfgs lbfgs, IAnsiConsole screen, CancellationToken cancellation)
    {
        T[] parameters = _models.Start();
        lbfgs = lbfgs with { TargetLoss = settings.Options.TargetLoss / _models.LossUnit };
        List<EpochRecord> history = [];
        int evaluations = 0;
        TrainingOptions options = settings.Options with { MaxEpochs = lbfgs.MaxIterations, GradientTolerance = lbfgs.GradientTolerance };
        TrainingResult result = ProgressView.Run(screen, options, _models.LossUnit, Minimize);
        return new(
            Report(LbfgsOptions.Name, null, LbfgsOptions.Hyperparameters(lbfgs), null, settings.Options, result, parameters) with { Evaluations = evaluations },
            result,
            _models.LossUnit,
            BytesPerParameter: null,
            2.0 * lbfgs.Memory * Unsafe.SizeOf<T>(),
            StopText(result, options));

        TrainingResult Minimize(Action<TrainingProgress> progress)
        {
            IModel<T>? evaluated = settings.Options.EvaluateEachEpoch ? _models.Test : null;
            LbfgsResult run = lbfgs.Minimize(
                _models.Train,
                parameters,
                step =>
                {
                    history.Add(new()
                    {
                        Epoch = step.Iteration,
                        Step = step.Iteration,
                        Loss = step.Loss,
                        LearningRate = step.StepLength,
                        GradientNorm = step.GradientNorm,
                        Seconds = step.Seconds,
                        OptimizerSeconds = step.OptimizerSeconds,
                        TestLoss = evaluated?.Loss(parameters),
                        TestAccuracy = evaluated?.Accuracy(parameters),
                    });
                    progress(new(step.Iteration, step.Iteration, step.Loss, step.StepLength, (double)step.Iteration / lbfgs.MaxIterations, TimeSpan.FromSeconds(step.Seconds), EpochEnded: true));
                },
                cancellation);
            evaluations = run.Evaluations;
            return new()
            {
                Stop = run.Stop == StopReason.MaxSteps && run.Iterations == settings.Options.MaxEpochs ? StopReason.MaxEpochs : run.Stop,
                Steps = run.Iterations,
                ParametersStep = run.Iterations,
                OptimizerSeconds = run.OptimizerSeconds,
                ParametersUpdated = (long)run.Iterations * parameters.Length,
                History = history,
                TrainLoss = run.Loss,
                TestLoss = _models.Test?.Loss(parameters),
                TestAccuracy = _models.Test?.Accuracy(parameters),
                Seconds = run.Seconds,
            };
        }
    }
}
