using System.Diagnostics;
using System.Numerics;

namespace HpcOpt.Training;

/// <summary>
/// The loop of every training run, and what it carries. Whatever comes from outside (schedule, model, rules) is called and checked before
/// anything changes, so
/// an error leaves the run between two batches, where the next call goes on.
/// </summary>
internal sealed unsafe partial class TrainingLoop<T> : IStateful
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IModel<T> _model;
    private readonly StepMethod<T> _method;
    private readonly TrainingOptions _options;
    private readonly StoppingRules _rules;
    private readonly Sampler _sampler;
    private readonly TrainingHistory _history = new();
    private readonly BestParameters<T> _best;
    private readonly KeptVector<T> _kept; // θ between two calls
    private readonly KeptVector<T> _lastGood; // θ at the start of the epoch
    private readonly T[] _beforeStep; // θ before the last step of the epoch; empty unless a rule needs it
    private T* _parameters; // θ during a call; null between two
    private (int Epoch, EpochBatches Batches)? _batches;

    public TrainingLoop(IModel<T> model, StepMethod<T> method, TrainingOptions options)
    {
        (_model, _method, _options) = (model, method, options);
        _rules = new(options.AllRules(), options.Rules.Count > 0 ? model as IStateful : null);
        _sampler = options.SamplerOf(model.RowCount);
        CheckSampler(options);
        _best = new(_rules.Needing(StoppingNeeds.BestParameters) is null ? 0 : model.ParameterCount);
        _kept = new(model.ParameterCount);
        _lastGood = new(model.ParameterCount);
        _beforeStep = _rules.Needing(StoppingNeeds.LastStep) is null ? [] : new T[model.ParameterCount];
        _view = new(this);
    }

    /// <summary>Rows of the validation and the test; null without.</summary>
    private IModel<T>? Validation { get; set; }

    private IModel<T>? Test { get; set; }

    private Span<T> Parameters => new(_parameters, _model.ParameterCount);

    public TrainingResult Run(
        Span<T> parameters, IModel<T>? test, IModel<T>? validation, Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        if (_rules.Needing(StoppingNeeds.Validation) is { } rule && validation is null)
        {
            throw new ArgumentException($"{rule} without validation rows; pass some, or leave it out", nameof(validation));
        }

        if (_parameters is not null)
        {
            throw new InvalidOperationException("The trainer is running; a call from within its progress, or by another thread, needs " +
                "a trainer of its own.");
        }

        fixed (T* at = parameters)
        {
            (Test, Validation) = (test, validation);
            Begin(parameters, at);
            try
            {
                return Settle(ToEnd(progress, cancellation));
            }
            catch
            {
                parameters.CopyTo(_kept.Span);
                throw;
            }
            finally
            {
                End();
            }
        }
    }

    private StopReason ToEnd(Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        while (_stop is null)
        {
            if (cancellation.IsCancellationRequested)
            {
                return StopReason.Canceled;
            }

            EpochBatches batches = Batches();
            if (_batch == batches.Count || _asksRules || TakeBatch(batches))
            {
                (double loss, double share, bool endsEpoch) = (_lossSum / _seen, (double)_seen / batches.RowCount, _batch == batches.Count);
                AskRules(endsEpoch);
                Report(progress, endsEpoch ? _history.Records[^1].Loss : loss, endsEpoch ? 0 : share, endsEpoch);
            }
        }

        return _stop.Value;
    }

    private EpochBatches Batches()
    {
        int epoch = _history.Records.Count;
        if (_batches?.Epoch != epoch)
        {
            _batches = (epoch, _sampler.Epoch(_options.Seed, (ulong)epoch));
        }

        return _batches.Value.Batches;
    }

    /// <summary>One batch; false where it ends the run.</summary>
    private bool TakeBatch(EpochBatches batches)
    {
        ReadOnlySpan<int> batch = batches[_batch];
        bool isLast = _batch == batches.Count - 1, steps = isLast || _microBatches + 1 == _options.Accumulate;
        if (steps)
        {
            _ = _method.LearningRate;
        }

        double loss;
        _rules.Remember();
        try
        {
            _method.Prepare(Parameters, batch);
            loss = _method.Evaluate(Parameters, batch);
            if (!double.IsFinite(loss))
            {
                _stop = StopReason.NonFiniteLoss;
                return false;
            }

            _view.BeforeStep(loss);
            if (Met(_rules.BeforeStep(_view)))
            {
                return false;
            }

            if (_batch == 0)
            {
                // Only now is the loss at these parameters known to be finite. Once an epoch: a copy per step would cost a sweep.
                Parameters.CopyTo(_lastGood.Span);
                _lastGoodSteps = _steps;
            }

            if (!(steps ? Step(isLast) : Accumulate()))
            {
                return false;
            }
        }
        catch
        {
            _rules.Restore();
            throw;
        }

        _lossSum += loss * batch.Length;
        _seen += batch.Length;
        _batch++;
        return _hasStarted = true;
    }

    private bool Accumulate()
    {
        long started = Stopwatch.GetTimestamp();
        _method.Accumulate();
        _optimizerTime += Stopwatch.GetElapsedTime(started);
        _microBatches++;
        return true;
    }

    private bool Step(bool endsEpoch)
    {
        if (endsEpoch && _beforeStep.Length > 0)
        {
            Parameters.CopyTo(_beforeStep);
        }

        long started = Stopwatch.GetTimestamp();
        StepOutcome outcome = _method.Step(Parameters, endsEpoch);
        _optimizerTime += Stopwatch.GetElapsedTime(started) - outcome.ModelTime;
        if (outcome.Failure is not null)
        {
            _stop = outcome.Failure;
            return false;
        }

        _steps++;
        _microBatches = 0;
        (_rate, _updated, _asksRules) = (outcome.Rate, _updated + outcome.Updated, true);
        if (endsEpoch)
        {
            _gradientNorm = _method.GradientNorm;
            _effectiveRate = _beforeStep.Length > 0 ? EffectiveRate() : double.NaN;
        }

        return true;
    }

    /// <summary>After a batch: what is outside first, then what changes.</summary>
    private void AskRules(bool endsEpoch)
    {
        _rules.Remember();
        try
        {
            if (endsEpoch)
            {
                EndEpoch();
            }
            else if (_asksRules)
            {
                _view.AfterStep(_lossSum / _seen);
                Met(_rules.AfterStep(_view));
            }
        }
        catch
        {
            _rules.Restore();
            throw;
        }

        _asksRules = false;
    }

    private void EndEpoch()
    {
        var record = new EpochRecord
        {
            Epoch = _history.Records.Count + 1,
            Step = _steps,
            Loss = _method.LossAfterStep ?? _lossSum / _seen,
            LearningRate = _rate,
            GradientNorm = _gradientNorm,
            Seconds = Elapsed.TotalSeconds,
            OptimizerSeconds = _optimizerTime.TotalSeconds,
            Evaluations = _method.Evaluations,
        };
        IModel<T>? evaluated = _options.EvaluateEachEpoch ? Test : null;
        ReadOnlySpan<T> point = evaluated is null && Validation is null ? default : _method.EvaluationPoint(Parameters, stop: null);
        if (!point.IsEmpty)
        {
            record = record with
            {
                TestLoss = evaluated?.Loss(point),
                TestAccuracy = evaluated?.Accuracy(point),
                ValidationLoss = Validation?.Loss(point),
            };
        }

        (double Loss, long Step, int Epoch) mark = _best.Mark;
        bool isBest = _best.Takes(record.ValidationLoss, _steps, record.Epoch);
        _history.Records.Add(record);
        int met;
        try
        {
            _view.AfterEpoch(record.Loss);
            met = _rules.AfterEpoch(_view);
            _method.Report(record.ValidationLoss ?? record.TestLoss ?? record.Loss);
        }
        catch
        {
            _history.Records.RemoveAt(_history.Records.Count - 1);
            _best.Mark = mark;
            throw;
        }

        if (isBest)
        {
            point.CopyTo(_best.Values);
        }

        (_batch, _lossSum, _seen) = (0, 0, 0);
        Met(met);
        if (_method.IsExhausted && _stop is null or StopReason.MaxEpochs or StopReason.MaxSteps)
        {
            (_stop, _stopRule) = (StopReason.LineSearch, -1);
        }
    }

    private bool Met(int rule)
    {
        if (rule >= 0)
        {
            (_stop, _stopRule) = (_rules[rule].Reason, rule);
        }

        return rule >= 0;
    }
}
