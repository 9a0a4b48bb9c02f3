using System.Diagnostics;
using System.Numerics;

namespace HpcOpt.Training;

/// <summary>One run of a <see cref="Trainer{T}"/>: its loop, and what changes in it.</summary>
internal ref struct TrainingRun<T>(IModel<T> model, IModel<T>? test, Optimizer<T> optimizer, TrainingOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(50);
    private readonly bool _full = options.BatchSize == TrainingOptions.FullBatch || options.BatchSize >= model.RowCount;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<EpochRecord> _history = [];
    private TimeSpan _lastReport;
    private TimeSpan _optimizerTime;
    private long _steps;
    private long _lastGoodSteps;
    private double _rate = optimizer.EffectiveLearningRate;

    public required Span<T> Parameters { get; init; }

    public required Span<T> Gradient { get; init; }

    public required Span<T> LastGood { get; init; }

    public required Span<int> Order { get; init; }

    public required Action<TrainingProgress>? Progress { get; init; }

    public required CancellationToken Cancellation { get; init; }

    public TrainingResult ToEnd()
    {
        Parameters.CopyTo(LastGood);
        StopReason? stop = null;
        while (stop is null)
        {
            stop = Epoch();
        }

        // An averaging optimizer's parameters are no result; its average is.
        optimizer.WriteEvaluationPoint(Parameters, Gradient);
        double trainLoss = stop == StopReason.NonFiniteLoss ? double.NaN : model.Loss(Gradient);
        long parametersStep = _steps;
        if (!double.IsFinite(trainLoss))
        {
            stop = StopReason.NonFiniteLoss;
            parametersStep = _lastGoodSteps;
            LastGood.CopyTo(Parameters);
            trainLoss = model.Loss(Parameters);
        }
        else
        {
            Gradient.CopyTo(Parameters);
        }

        return new TrainingResult
        {
            Stop = stop.Value,
            Steps = _steps,
            ParametersStep = parametersStep,
            OptimizerSeconds = _optimizerTime.TotalSeconds,
            ParametersUpdated = _steps * Parameters.Length,
            History = _history,
            TrainLoss = trainLoss,
            TestLoss = test?.Loss(Parameters),
            TestAccuracy = test?.Accuracy(Parameters),
            Seconds = _clock.Elapsed.TotalSeconds,
        };
    }

    private StopReason? Epoch()
    {
        if (!_full)
        {
            Philox.FillPermutation(Order, options.Seed, stream: (ulong)_history.Count);
        }

        double lossSum = 0;
        int batchSize = _full ? Order.Length : options.BatchSize;
        for (int first = 0, end; first < Order.Length; first = end)
        {
            if (Cancellation.IsCancellationRequested)
            {
                return StopReason.Canceled;
            }

            end = first + Math.Min(batchSize, Order.Length - first);
            double loss = model.Gradient(Parameters, Order[first..end], Gradient);
            if (BeforeStep(loss) is { } reason)
            {
                return reason;
            }

            if (first == 0)
            {
                // Only now is the loss at these parameters known to be finite. Once an epoch: a copy per step would cost a sweep.
                Parameters.CopyTo(LastGood);
                _lastGoodSteps = _steps;
            }

            _rate = optimizer.EffectiveLearningRate;
            long started = Stopwatch.GetTimestamp();
            optimizer.Step(Parameters, Gradient);
            _optimizerTime += Stopwatch.GetElapsedTime(started);
            _steps++;
            lossSum += loss * (end - first);
            if (end == Order.Length)
            {
                EpochRecord record = Record(lossSum / end);
                _history.Add(record);
                optimizer.Schedule?.Report(optimizer.StepCount, record.TestLoss ?? record.Loss);
            }

            Report(lossSum / end, end);
            if (_steps == options.MaxSteps && end < Order.Length)
            {
                return StopReason.MaxSteps;
            }
        }

        return AfterEpoch();
    }

    private readonly EpochRecord Record(double loss)
    {
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
        if (test is null || !options.EvaluateEachEpoch)
        {
            return record;
        }

        // The gradient has done its work.
        optimizer.WriteEvaluationPoint(Parameters, Gradient);
        return record with { TestLoss = test.Loss(Gradient), TestAccuracy = test.Accuracy(Gradient) };
    }

    private readonly StopReason? BeforeStep(double loss) =>
        !double.IsFinite(loss) ? StopReason.NonFiniteLoss
        : _full && loss <= options.TargetLoss ? StopReason.TargetLoss
        : _full && options.GradientTolerance is { } tolerance && GradientNorm() <= tolerance ? StopReason.GradientTolerance
        : null;

    private readonly StopReason? AfterEpoch() =>
        _history[^1].Loss <= options.TargetLoss ? StopReason.TargetLoss
        : _history.Count > 1 && Math.Abs(_history[^1].Loss - _history[^2].Loss) <= options.LossTolerance * Math.Abs(_history[^2].Loss) ? StopReason.LossTolerance
        : _history.Count == options.MaxEpochs ? StopReason.MaxEpochs
        : _steps == options.MaxSteps ? StopReason.MaxSteps
        : null;

    private void Report(double loss, int seen)
    {
        bool epochEnded = seen == Order.Length;
        if (Progress is null || !(epochEnded || _clock.Elapsed - _lastReport >= ReportInterval))
        {
            return;
        }

        _lastReport = _clock.Elapsed;
        double epochs = epochEnded ? _history.Count : _history.Count + (double)seen / Order.Length;
        double share = Math.Max(epochs / options.MaxEpochs, options.MaxSteps is { } maxSteps ? (double)_steps / maxSteps : 0);
        Progress(new TrainingProgress(_history.Count, _steps, loss, _rate, share, _lastReport, epochEnded));
    }

    // ‖g‖₂ in double and from left to right, the same on every machine.
    private readonly double GradientNorm()
    {
        double sum = 0;
        foreach (T g in Gradient)
        {
            double value = double.CreateTruncating(g);
            sum = Math.FusedMultiplyAdd(value, value, sum);
        }

        return Math.Sqrt(sum);
    }
}
