using System.Diagnostics;

namespace HpcOpt.Training;

/// <summary>What a run carries from batch to batch, and from call to call.</summary>
internal sealed unsafe partial class TrainingLoop<T>
{
    private readonly Stopwatch _clock = new();
    private TimeSpan _elapsedBefore; // in earlier calls
    private TimeSpan _optimizerTime;
    private bool _hasStarted; // whether a batch was taken: then θ is the run's
    private bool _isUnderWay; // whether the next call goes on with the same run
    private int _runEpoch; // epochs and steps before this run
    private long _runStep;
    private int _batch; // batches taken of this epoch
    private int _microBatches; // of them since the last step
    private double _lossSum; // of the rows of this epoch
    private long _seen;
    private long _steps;
    private long _updated;
    private long _lastGoodSteps;
    private double _rate; // η of the last step
    private double _gradientNorm; // of the last step of an epoch, until it is recorded
    private double _effectiveRate;
    private bool _asksRules; // whether the rules are still to be asked after the last step
    private StopReason? _stop; // why the run is to end
    private int _stopRule = -1; // the rule that said so

    private TimeSpan Elapsed => _elapsedBefore + _clock.Elapsed;

    public void VisitState(StateVisitor visitor)
    {
        visitor.Fixed("sampler", $"{_sampler}, batches of {_sampler.BatchSize} of {_sampler.RowCount} rows, seed {_options.Seed}, " +
            $"{_options.Accumulate} a step");
        if (_parameters is null)
        {
            _kept.Visit(visitor, "parameters");
        }
        else
        {
            visitor.Vector("parameters", _parameters, _model.ParameterCount);
        }

        _lastGood.Visit(visitor, "lastGood");
        visitor.Integer("lastGoodStep", ref _lastGoodSteps);
        if (_best.Values.Length > 0)
        {
            visitor.Within("best", _best);
        }

        visitor.Within("history", _history);
        visitor.Flag("hasStarted", ref _hasStarted);
        visitor.Flag("isUnderWay", ref _isUnderWay);
        visitor.Integer("runEpoch", ref _runEpoch);
        visitor.Integer("runStep", ref _runStep);
        visitor.Integer("batch", ref _batch);
        visitor.Integer("microBatches", ref _microBatches);
        visitor.Real("lossSum", ref _lossSum);
        visitor.Integer("rowsSeen", ref _seen);
        visitor.Integer("steps", ref _steps);
        visitor.Integer("updated", ref _updated);
        visitor.Real("rate", ref _rate);
        visitor.Real("gradientNorm", ref _gradientNorm);
        visitor.Real("effectiveRate", ref _effectiveRate);
        visitor.Flag("asksRules", ref _asksRules);
        VisitStop(visitor);
        VisitTimes(visitor);
        _rules.VisitState(visitor);
        visitor.Within("model", _model as IStateful);
        _method.VisitState(visitor);
    }

    private void VisitStop(StateVisitor visitor)
    {
        int stop = _stop is { } reason ? (int)reason : -1;
        visitor.Integer("stop", ref stop, -1, (int)StopReason.Rule);
        visitor.Integer("stopRule", ref _stopRule, -1, _rules.Count - 1);
        _stop = stop < 0 ? null : (StopReason)stop;
    }

    private void VisitTimes(StateVisitor visitor)
    {
        double most = TimeSpan.MaxValue.TotalSeconds / 2, seconds = Elapsed.TotalSeconds, optimizerSeconds = _optimizerTime.TotalSeconds;
        visitor.Real("seconds", ref seconds, 0, most);
        visitor.Real("optimizerSeconds", ref optimizerSeconds, 0, most);
        (_elapsedBefore, _optimizerTime) = (TimeSpan.FromSeconds(seconds) - _clock.Elapsed, TimeSpan.FromSeconds(optimizerSeconds));
    }

    /// <summary>Goes on with the run that is under way, or begins another where the last one ended.</summary>
    private void Begin(Span<T> parameters, T* address)
    {
        if (_hasStarted)
        {
            _kept.Span.CopyTo(parameters);
        }
        else
        {
            parameters.CopyTo(_lastGood.Span);
            _method.Start();
        }

        if (!_isUnderWay)
        {
            (_runEpoch, _runStep, _stop, _stopRule) = (_history.Records.Count, _steps, null, -1);
        }

        _isUnderWay = true;
        _parameters = address;
        _clock.Start();
    }

    private void End()
    {
        _elapsedBefore = Elapsed;
        _clock.Reset();
        _parameters = null;
        (Test, Validation) = (null, null);
    }

    private void CheckSampler(TrainingOptions options)
    {
        if (_sampler.RowCount != _model.RowCount)
        {
            throw new ArgumentException($"draws from {_sampler.RowCount} rows; expected the model's {_model.RowCount}", nameof(options));
        }

        object? who = (object?)_rules.Needing(StoppingNeeds.FullBatch) ?? (_method.Needs.HasFlag(StoppingNeeds.FullBatch) ? _method : null);
        if (!_sampler.IsFullBatch && who is not null)
        {
            throw new ArgumentException(
                $"draws batches with {_sampler}, and {who.GetType().Name} needs the gradient of all rows; set " +
                    $"{nameof(TrainingOptions.BatchSize)} to {TrainingOptions.FullBatch}", nameof(options));
        }
    }
}
