using System.Numerics;

namespace HpcOpt.Training;

/// <summary>When a run ends, and with which parameters.</summary>
internal ref partial struct TrainingRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StopReason? StopBeforeStep(double loss) =>
        !double.IsFinite(loss) ? StopReason.NonFiniteLoss
        : Sampler.IsFullBatch && loss <= options.TargetLoss ? StopReason.TargetLoss
        : options.GradientTolerance is { } tolerance && GradientNorm() <= tolerance ? StopReason.GradientTolerance
        : null;

    private readonly StopReason? StopAfterEpoch() =>
        _history[^1].Loss <= options.TargetLoss ? StopReason.TargetLoss
        : _history.Count > 1 && Math.Abs(_history[^1].Loss - _history[^2].Loss) <= options.LossTolerance * Math.Abs(_history[^2].Loss) ? StopReason.LossTolerance
        : options.ParameterTolerance is { } tolerance && Change() <= tolerance * Norm(LastGood) ? StopReason.ParameterTolerance
        : _hasStalled ? StopReason.StalledRate
        : _history.Count - _bestEpoch >= options.Patience ? StopReason.Patience
        : _history.Count == options.MaxEpochs ? StopReason.MaxEpochs
        : _steps == options.MaxSteps ? StopReason.MaxSteps
        : null;

    private void KeepBest(double? loss)
    {
        if (options.Patience is not null && loss < _bestLoss)
        {
            (_bestLoss, _bestSteps, _bestEpoch) = (loss.Value, _steps, _history.Count + 1);
            Gradient.CopyTo(Best);
        }
    }

    /// <summary>Leaves in the parameters what the run returns; gives their loss and the step that they are of.</summary>
    private readonly (StopReason Stop, double Loss, long Step) Settle(StopReason stop)
    {
        // An averaging optimizer's parameters are no result; its average is.
        optimizer.WriteEvaluationPoint(Parameters, Gradient);
        double loss = stop == StopReason.NonFiniteLoss ? double.NaN : model.Loss(Gradient);
        stop = double.IsFinite(loss) ? stop : StopReason.NonFiniteLoss;
        bool hasBest = _bestEpoch > 0, hasFailed = stop == StopReason.NonFiniteLoss;
        (hasBest ? Best : hasFailed ? LastGood : Gradient).CopyTo(Parameters);
        return (stop, hasBest || hasFailed ? model.Loss(Parameters) : loss, hasBest ? _bestSteps : hasFailed ? _lastGoodSteps : _steps);
    }

    /// <summary>Whether |Δθ_i| &lt; rate · |g_i| for every parameter with a gradient.</summary>
    private readonly bool HasStalled()
    {
        bool any = false;
        for (int i = 0; i < BeforeStep.Length; i++)
        {
            double g = Math.Abs(double.CreateTruncating(Gradient[i]));
            if (g > 0)
            {
                any = true;
                if (Math.Abs(double.CreateTruncating(Parameters[i]) - double.CreateTruncating(BeforeStep[i])) >= options.StalledRate!.Value * g)
                {
                    return false;
                }
            }
        }

        return any;
    }

    private readonly double GradientNorm() => Norm(Rows is null ? Gradient : Rows.Values);

    // ‖θ_e - θ_{e-1}‖₂
    private readonly double Change()
    {
        double sum = 0;
        for (int i = 0; i < Parameters.Length; i++)
        {
            double change = double.CreateTruncating(Parameters[i]) - double.CreateTruncating(LastGood[i]);
            sum = Math.FusedMultiplyAdd(change, change, sum);
        }

        return Math.Sqrt(sum);
    }

    // ‖x‖₂ in double and from left to right, the same on every machine.
    private static double Norm(ReadOnlySpan<T> vector)
    {
        double sum = 0;
        foreach (T x in vector)
        {
            double value = double.CreateTruncating(x);
            sum = Math.FusedMultiplyAdd(value, value, sum);
        }

        return Math.Sqrt(sum);
    }
}
