using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace HpcOpt.Training;

/// <summary>One run of <see cref="Lbfgs"/>.</summary>
internal sealed class LbfgsRun<T>(IModel<T> model, Lbfgs options, T[] start)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Losses that differ by less, relatively, may differ by rounding alone.
    private static readonly double Rounding = 64 * double.CreateTruncating(T.BitIncrement(T.One) - T.One);

    // Steps after which no better point was found, before rounding is taken for the reason.
    private const int MostIdleSteps = 10;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int[] _rows = [.. Enumerable.Range(0, model.RowCount)];
    private readonly LbfgsMemory<T> _memory = new(options.Memory, start.Length);
    private readonly List<LbfgsIteration> _history = [];
    private readonly T[] _direction = new T[start.Length];
    private readonly T[] _best = [.. start];
    private T[] _point = start;
    private T[] _gradient = new T[start.Length];
    private T[] _trial = new T[start.Length];
    private T[] _trialGradient = new T[start.Length];
    private TimeSpan _otherTime;
    private int _evaluations;
    private double _loss;
    private double _norm;
    private (double Loss, double Norm) _bestMeasures;
    private double _initialLoss;
    private double _leastLoss;
    private int _idleSteps;

    public LbfgsResult ToEnd(Span<T> parameters, Action<LbfgsIteration>? progress, CancellationToken cancellation)
    {
        _initialLoss = _leastLoss = _loss = Evaluate(_point, _gradient);
        _norm = Norm(_gradient);
        CheckStart(parameters);
        _bestMeasures = (_loss, _norm);
        StopReason? stop = _norm <= options.GradientTolerance ? StopReason.GradientTolerance : _loss <= options.TargetLoss ? StopReason.TargetLoss : null;
        while (stop is null)
        {
            if (cancellation.IsCancellationRequested)
            {
                stop = StopReason.Canceled;
                break;
            }

            stop = Step();
            _point.CopyTo(parameters);
            if (_history.Count > 0 && stop is not StopReason.LineSearch)
            {
                long started = Stopwatch.GetTimestamp();
                progress?.Invoke(_history[^1]);
                _otherTime += Stopwatch.GetElapsedTime(started);
            }
        }

        if (stop == StopReason.LineSearch)
        {
            _best.CopyTo(parameters);
            (_loss, _norm) = _bestMeasures;
        }

        return new()
        {
            Stop = stop.Value,
            Evaluations = _evaluations,
            Loss = _loss,
            GradientNorm = _norm,
            InitialLoss = _initialLoss,
            History = _history,
            Seconds = _clock.Elapsed.TotalSeconds,
            OptimizerSeconds = (_clock.Elapsed - _otherTime).TotalSeconds,
        };
    }

    private StopReason? Step()
    {
        LinePoint? found = Search();
        if (found is null && _memory.Count > 0)
        {
            // The pairs may be of another region; the gradient is of this one.
            _memory.Clear();
            found = Search();
        }

        if (found is not { } point)
        {
            return StopReason.LineSearch;
        }

        _memory.Add(_point, _trial, _gradient, _trialGradient);
        (_point, _trial, _gradient, _trialGradient) = (_trial, _point, _trialGradient, _gradient);
        (_loss, _norm) = (point.Value, Norm(_gradient));
        KeepBest(_point, _loss, _norm);
        TimeSpan elapsed = _clock.Elapsed;
        _history.Add(new(_history.Count + 1, _evaluations, _loss, _norm, point.Step, elapsed.TotalSeconds, (elapsed - _otherTime).TotalSeconds));
        return _norm <= options.GradientTolerance ? StopReason.GradientTolerance
            : _loss <= options.TargetLoss ? StopReason.TargetLoss
            : options.ParameterTolerance is { } tolerance && point.Step * Norm(_direction) <= tolerance * Norm(_trial) ? StopReason.ParameterTolerance
            : _idleSteps == MostIdleSteps ? StopReason.LineSearch
            : _history.Count == options.MaxIterations ? StopReason.MaxSteps
            : null;
    }

    // On success the trial point and its gradient are those of the returned step.
    private LinePoint? Search()
    {
        _memory.Direction(_gradient, _direction);
        LinePoint here = new(0, _loss, FixedShape.WideDot<T>(_gradient, _direction));
        if (!(here.Slope < 0 && double.IsFinite(here.Slope)))
        {
            return null;
        }

        WolfeSearch search = new(TryStep, here, options, Rounding * Math.Abs(_loss));

        // Without curvature the length of the gradient says nothing about that of the step.
        LinePoint? found = search.Find(_memory.Count > 0 ? 1 : Math.Min(1, 1 / _norm));
        if (found is null && search.Best.Step > 0)
        {
            TryStep(search.Best.Step);
            KeepBest(_trial, search.Best.Value, Norm(_trialGradient));
        }

        return found;
    }

    private LinePoint TryStep(double step)
    {
        TensorPrimitives.FusedMultiplyAdd(_direction, T.CreateTruncating(step), _point, _trial);
        double loss = Evaluate(_trial, _trialGradient);
        return new(step, loss, FixedShape.WideDot<T>(_trialGradient, _direction));
    }

    private double Evaluate(T[] point, T[] gradient)
    {
        long started = Stopwatch.GetTimestamp();
        double loss = model.Gradient(point, _rows, gradient);
        _otherTime += Stopwatch.GetElapsedTime(started);
        _evaluations++;
        return loss;
    }

    // The lower loss is better; where two differ by rounding alone, the shorter gradient.
    private void KeepBest(T[] point, double loss, double norm)
    {
        double rounding = Rounding * Math.Abs(_leastLoss);
        bool better = loss < _leastLoss - rounding || (loss <= _leastLoss + rounding && loss <= _initialLoss && norm < _bestMeasures.Norm);
        _leastLoss = Math.Min(_leastLoss, loss);
        _idleSteps = better ? 0 : _idleSteps + 1;
        if (better)
        {
            _bestMeasures = (loss, norm);
            point.CopyTo(_best, 0);
        }
    }

    private void CheckStart(ReadOnlySpan<T> parameters)
    {
        if (!double.IsFinite(_loss))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The loss at the start is {_loss}; expected a finite number; start from other parameters, or rescale the data."), nameof(parameters));
        }

        if (!double.IsFinite(_norm))
        {
            int i = Array.FindIndex(_gradient, g => !T.IsFinite(g));
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The gradient at the start is {(i < 0 ? "too long for a double" : $"{_gradient[i]} in parameter {i}")}; expected finite numbers; start from other parameters, or rescale the data."), nameof(parameters));
        }
    }

    private static double Norm(ReadOnlySpan<T> x) => Math.Sqrt(FixedShape.WideDot(x, x));
}
