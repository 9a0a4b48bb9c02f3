using System.Diagnostics;
using System.Numerics;

namespace HpcOpt.Training;

/// <summary>One run of a <see cref="Trainer{T}"/>: its loop, and what changes in it. <c>TrainingRun.Stop.cs</c> says when it ends.</summary>
internal ref partial struct TrainingRun<T>(IModel<T> model, IModel<T>? test, IModel<T>? validation, Optimizer<T> optimizer, TrainingOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(50);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<EpochRecord> _history = [];
    private TimeSpan _lastReport;
    private TimeSpan _optimizerTime;
    private long _steps;
    private long _updated;
    private long _lastGoodSteps;
    private double _bestLoss = double.PositiveInfinity;
    private long _bestSteps;
    private int _bestEpoch;
    private bool _hasStalled;
    private double _rate = optimizer.EffectiveLearningRate;

    public required Span<T> Parameters { get; init; }

    public required Span<T> Gradient { get; init; }

    /// <summary>The gradient of a sparse model whose optimizer has sparse steps; <see cref="Gradient"/> is then room for evaluations alone.</summary>
    public required SparseGradient<T>? Rows { get; init; }

    /// <summary>θ at the start of the epoch.</summary>
    public required Span<T> LastGood { get; init; }

    /// <summary>θ of the epoch with the lowest validation loss; empty without <see cref="TrainingOptions.Patience"/>.</summary>
    public required Span<T> Best { get; init; }

    /// <summary>θ before the last step of the epoch; empty without <see cref="TrainingOptions.StalledRate"/>.</summary>
    public required Span<T> BeforeStep { get; init; }

    public required Sampler Sampler { get; init; }

    public required Action<TrainingProgress>? Progress { get; init; }

    public required CancellationToken Cancellation { get; init; }

    public TrainingResult ToEnd()
    {
        Parameters.CopyTo(LastGood);
        StopReason? met = null;
        while (met is null)
        {
            met = Epoch();
        }

        (StopReason stop, double trainLoss, long parametersStep) = Settle(met.Value);
        return new TrainingResult
        {
            Stop = stop,
            Steps = _steps,
            ParametersStep = parametersStep,
            OptimizerSeconds = _optimizerTime.TotalSeconds,
            ParametersUpdated = _updated,
            History = _history,
            TrainLoss = trainLoss,
            TestLoss = test?.Loss(Parameters),
            TestAccuracy = test?.Accuracy(Parameters),
            Seconds = _clock.Elapsed.TotalSeconds,
        };
    }

    private StopReason? Epoch()
    {
        EpochBatches batches = Sampler.Epoch(options.Seed, (ulong)_history.Count);
        double lossSum = 0;
        int seen = 0;
        for (int j = 0; j < batches.Count; j++)
        {
            if (Cancellation.IsCancellationRequested)
            {
                return StopReason.Canceled;
            }

            double loss = GradientOf(batches[j]);
            if (StopBeforeStep(loss) is { } reason)
            {
                return reason;
            }

            if (j == 0)
            {
                // Only now is the loss at these parameters known to be finite. Once an epoch: a copy per step would cost a sweep.
                Parameters.CopyTo(LastGood);
                _lastGoodSteps = _steps;
            }

            bool isLast = j == batches.Count - 1;
            if (isLast && !BeforeStep.IsEmpty)
            {
                Parameters.CopyTo(BeforeStep);
            }

            if (!Step())
            {
                return StopReason.NonFiniteLoss;
            }

            seen += batches[j].Length;
            lossSum += loss * batches[j].Length;
            if (isLast)
            {
                EndEpoch(lossSum / seen);
            }

            Report(lossSum / seen, isLast, (double)seen / batches.RowCount);
            if (_steps == options.MaxSteps && !isLast)
            {
                return StopReason.MaxSteps;
            }
        }

        return StopAfterEpoch();
    }

    private readonly double GradientOf(ReadOnlySpan<int> batch)
    {
        if (Rows is null)
        {
            return model.Gradient(Parameters, batch, Gradient);
        }

        var sparse = (ISparseModel<T>)model;

        // What decayed meanwhile is to be read as it is by now.
        if (optimizer.HasDeferredDecay)
        {
            sparse.Appear(batch, Rows);
            optimizer.Flush(Parameters, Rows);
        }

        return sparse.Gradient(Parameters, batch, Rows);
    }

    /// <summary>False if the optimizer refuses the gradient, as one that works on matrices does where it is not finite.</summary>
    private bool Step()
    {
        _rate = optimizer.EffectiveLearningRate;
        long started = Stopwatch.GetTimestamp();
        try
        {
            if (Rows is null)
            {
                optimizer.Step(Parameters, Gradient);
                _updated += Parameters.Length;
            }
            else
            {
                optimizer.Step(Parameters, Rows);
                _updated += Rows.Values.Length;
            }
        }
        catch (NotFiniteNumberException)
        {
            return false;
        }

        _optimizerTime += Stopwatch.GetElapsedTime(started);
        _steps++;
        return true;
    }

    private void EndEpoch(double loss)
    {
        if (!BeforeStep.IsEmpty)
        {
            Rows?.CopyTo(Gradient);
            _hasStalled = HasStalled();
        }

        var record = new EpochRecord
        {
            Epoch = _history.Count + 1,
            Step = _steps,
            Loss = loss,
            LearningRate = _rate,
            GradientNorm = GradientNorm(),
            Seconds = _clock.Elapsed.TotalSeconds,
            OptimizerSeconds = _optimizerTime.TotalSeconds,
        };
        IModel<T>? evaluated = options.EvaluateEachEpoch ? test : null;
        if (evaluated is not null || validation is not null)
        {
            // The gradient has done its work.
            optimizer.WriteEvaluationPoint(Parameters, Gradient);
            record = record with { TestLoss = evaluated?.Loss(Gradient), TestAccuracy = evaluated?.Accuracy(Gradient), ValidationLoss = validation?.Loss(Gradient) };
            KeepBest(record.ValidationLoss);
        }

        _history.Add(record);
        optimizer.Schedule?.Report(optimizer.StepCount, record.ValidationLoss ?? record.TestLoss ?? loss);
    }

    private void Report(double loss, bool epochEnded, double shareOfEpoch)
    {
        if (Progress is null || !(epochEnded || _clock.Elapsed - _lastReport >= ReportInterval))
        {
            return;
        }

        _lastReport = _clock.Elapsed;
        double epochs = epochEnded ? _history.Count : _history.Count + shareOfEpoch;
        double share = Math.Max(epochs / options.MaxEpochs, options.MaxSteps is { } maxSteps ? (double)_steps / maxSteps : 0);
        Progress(new TrainingProgress(_history.Count, _steps, loss, _rate, share, _lastReport, epochEnded));
    }
}
