namespace HpcOpt.Training;

/// <summary>How a call ends, and what is said while it goes on.</summary>
internal sealed unsafe partial class TrainingLoop<T>
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(50);
    private TimeSpan _lastReport;

    /// <summary>Leaves in the parameters what the call returns, and keeps θ for the next one.</summary>
    private TrainingResult Settle(StopReason stop)
    {
        ReadOnlySpan<T> point = _method.EvaluationPoint(Parameters, stop);
        (double Loss, double GradientNorm)? known = _method.Measures(stop);
        double loss = stop == StopReason.NonFiniteLoss ? double.NaN : known?.Loss ?? _model.Loss(point);
        stop = double.IsFinite(loss) ? stop : StopReason.NonFiniteLoss;
        bool hasBest = _best.Epoch > 0, hasFailed = stop == StopReason.NonFiniteLoss;
        ReadOnlySpan<T> returned = hasBest ? _best.Values : hasFailed ? _lastGood.Span : point;
        var result = new TrainingResult
        {
            Stop = stop,
            Rule = _stopRule >= 0 && _stop == stop ? _rules[_stopRule] : null,
            Steps = _steps,
            ParametersStep = hasBest ? _best.Step : hasFailed ? _lastGoodSteps : _steps,
            OptimizerSeconds = _optimizerTime.TotalSeconds,
            ParametersUpdated = _updated,
            Evaluations = _method.Evaluations,
            History = [.. _history.Records],
            TrainLoss = hasBest || hasFailed ? _model.Loss(returned) : loss,
            GradientNorm = hasBest || hasFailed ? null : known?.GradientNorm,
            TestLoss = Test?.Loss(returned),
            TestAccuracy = Test?.Accuracy(returned),
            Seconds = Elapsed.TotalSeconds,
        };

        // Only now is nothing left that could throw.
        (hasFailed ? _lastGood.Span : Parameters).CopyTo(_kept.Span);
        returned.CopyTo(Parameters);
        if (hasFailed)
        {
            _method.Discard();
            _microBatches = 0;
        }

        _isUnderWay = stop == StopReason.Canceled;
        return result;
    }

    private void Report(Action<TrainingProgress>? progress, double loss, double shareOfEpoch, bool epochEnded)
    {
        if (progress is null || !(epochEnded || Elapsed - _lastReport >= ReportInterval))
        {
            return;
        }

        _lastReport = Elapsed;
        double ofSteps = _options.MaxSteps is { } maxSteps ? (double)_view.StepsOfRun / maxSteps : 0;
        double share = Math.Max((_view.EpochsOfRun + shareOfEpoch) / _options.MaxEpochs, ofSteps);
        progress(new TrainingProgress(_history.Records.Count, _steps, loss, _rate, share, _lastReport, epochEnded));
    }
}
