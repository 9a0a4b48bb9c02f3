using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace HpcOpt.Training;

/// <summary>The steps of <see cref="Lbfgs"/>: each is a search along a direction, with one to two evaluations of all rows as a
/// rule.</summary>
internal sealed class LbfgsSteps<T>(IModel<T> model, Lbfgs options) : StepMethod<T>, IStateful
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Losses that differ by less, relatively, may differ by rounding alone.
    private static readonly double Rounding = 64 * double.CreateTruncating(T.BitIncrement(T.One) - T.One);

    // Steps after which no better point was found, before rounding is taken for the reason.
    private const int MostIdleSteps = 10;

    private readonly int[] _rows = [.. Enumerable.Range(0, model.RowCount)];
    private readonly LbfgsMemory<T> _memory = new(options.Memory, model.ParameterCount);
    private readonly KeptVector<T> _gradient = new(model.ParameterCount); // ∇L at θ
    private readonly KeptVector<T> _best = new(model.ParameterCount);
    private readonly T[] _point = new T[model.ParameterCount]; // θ during a step
    private readonly T[] _direction = new T[model.ParameterCount];
    private readonly T[] _trial = new T[model.ParameterCount];
    private readonly T[] _trialGradient = new T[model.ParameterCount];
    private T[]? _bestBefore; // what a failed search has overwritten in this step
    private TimeSpan _modelTime;
    private bool _isEvaluated; // whether loss, norm and gradient are those at θ
    private int _evaluations;
    private double _loss;
    private double _norm;
    private double _bestLoss;
    private double _bestNorm;
    private double _initialLoss;
    private double _leastLoss;
    private int _idleSteps;

    public override StoppingNeeds Needs => StoppingNeeds.FullBatch;

    /// <summary>Found by the search, so not known before.</summary>
    public override double LearningRate => 1;

    public override double GradientNorm => _norm;

    public override double? LossAfterStep => _loss;

    public override bool IsExhausted => _idleSteps >= MostIdleSteps;

    public override int? Evaluations => _evaluations;

    public override ReadOnlySpan<T> Gradient => _gradient.Span;

    public override void Start() => (_isEvaluated, _evaluations) = (false, 0);

    public override double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<int> batch)
    {
        if (!_isEvaluated)
        {
            double loss = EvaluateAt(parameters, _trialGradient), norm = Norm(_trialGradient);
            CheckStart(parameters, loss, norm);
            _trialGradient.CopyTo(_gradient.Span);
            parameters.CopyTo(_best.Span);
            (_loss, _bestLoss, _initialLoss, _leastLoss) = (loss, loss, loss, loss);
            (_norm, _bestNorm, _idleSteps, _isEvaluated) = (norm, norm, 0, true);
        }

        return _loss;
    }

    public override StepOutcome Step(Span<T> parameters, bool endsEpoch)
    {
        (int, double, double, double, int) before = (_evaluations, _bestLoss, _bestNorm, _leastLoss, _idleSteps);
        (_modelTime, _bestBefore) = (default, null);
        parameters.CopyTo(_point);
        LinePoint? found;
        try
        {
            found = Search(_memory.Count > 0);
            if (found is null && _memory.Count > 0)
            {
                // The pairs may be of another region; the gradient is of this one.
                found = Search(usesMemory: false);
                _memory.Clear();
            }
        }
        catch
        {
            (_evaluations, _bestLoss, _bestNorm, _leastLoss, _idleSteps) = before;
            _bestBefore?.CopyTo(_best.Span);
            throw;
        }

        if (found is not { } point)
        {
            return new(StopReason.LineSearch, ModelTime: _modelTime);
        }

        _memory.Add(_point, _trial, _gradient.Span, _trialGradient);
        _trial.CopyTo(parameters);
        _trialGradient.CopyTo(_gradient.Span);
        (_loss, _norm) = (point.Value, Norm(_gradient.Span));
        KeepBest(_trial, _loss, _norm);
        return new(null, point.Step, parameters.Length, _modelTime);
    }

    public override ReadOnlySpan<T> EvaluationPoint(ReadOnlySpan<T> parameters, StopReason? stop) =>
        stop == StopReason.LineSearch ? _best.Span : parameters;

    public override (double Loss, double GradientNorm)? Measures(StopReason stop) =>
        stop == StopReason.LineSearch ? (_bestLoss, _bestNorm) : (_loss, _norm);

    public override void VisitState(StateVisitor visitor) => visitor.Within("optimizer", this);

    void IStateful.VisitState(StateVisitor visitor)
    {
        visitor.Fixed("name", "lbfgs");
        visitor.Flag("isEvaluated", ref _isEvaluated);
        visitor.Integer("evaluations", ref _evaluations);
        visitor.Real("loss", ref _loss);
        visitor.Real("norm", ref _norm);
        visitor.Real("bestLoss", ref _bestLoss);
        visitor.Real("bestNorm", ref _bestNorm);
        visitor.Real("initialLoss", ref _initialLoss);
        visitor.Real("leastLoss", ref _leastLoss);
        visitor.Integer("idleSteps", ref _idleSteps);
        _gradient.Visit(visitor, "gradient");
        _best.Visit(visitor, "best");
        visitor.Within("memory", _memory);
    }

    // On success the trial point and its gradient are those of the returned step.
    private LinePoint? Search(bool usesMemory)
    {
        _memory.Direction(_gradient.Span, _direction, usesMemory);
        LinePoint here = new(0, _loss, FixedShape.WideDot<T>(_gradient.Span, _direction));
        if (!(here.Slope < 0 && double.IsFinite(here.Slope)))
        {
            return null;
        }

        WolfeSearch search = new(TryStep, here, options, Rounding * Math.Abs(_loss));

        // Without curvature the length of the gradient says nothing about that of the step.
        LinePoint? found = search.Find(usesMemory ? 1 : Math.Min(1, 1 / _norm));
        if (found is null && search.Best.Step > 0)
        {
            TryStep(search.Best.Step);
            _bestBefore ??= _best.Span.ToArray();
            KeepBest(_trial, search.Best.Value, Norm(_trialGradient));
        }

        return found;
    }

    private LinePoint TryStep(double step)
    {
        TensorPrimitives.FusedMultiplyAdd(_direction, T.CreateTruncating(step), _point, _trial);
        double loss = EvaluateAt(_trial, _trialGradient);
        return new(step, loss, FixedShape.WideDot<T>(_trialGradient, _direction));
    }

    private double EvaluateAt(ReadOnlySpan<T> point, Span<T> gradient)
    {
        long started = Stopwatch.GetTimestamp();
        double loss = model.Gradient(point, _rows, gradient);
        _modelTime += Stopwatch.GetElapsedTime(started);
        _evaluations++;
        return loss;
    }

    // The lower loss is better; where two differ by rounding alone, the shorter gradient.
    private void KeepBest(ReadOnlySpan<T> point, double loss, double norm)
    {
        double rounding = Rounding * Math.Abs(_leastLoss);
        bool better = loss < _leastLoss - rounding || (loss <= _leastLoss + rounding && loss <= _initialLoss && norm < _bestNorm);
        _leastLoss = Math.Min(_leastLoss, loss);
        _idleSteps = better ? 0 : _idleSteps + 1;
        if (better)
        {
            (_bestLoss, _bestNorm) = (loss, norm);
            point.CopyTo(_best.Span);
        }
    }

    private void CheckStart(ReadOnlySpan<T> parameters, double loss, double norm)
    {
        if (!double.IsFinite(loss))
        {
            string found = loss.ToString(CultureInfo.InvariantCulture);
            throw new ArgumentException(
                $"The loss at the start is {found}; expected a finite number; start from other parameters, or rescale the data.",
                nameof(parameters));
        }

        if (!double.IsFinite(norm))
        {
            int i = Array.FindIndex(_trialGradient, g => !T.IsFinite(g));
            string found = i < 0 ? "too long for a double" : string.Create(CultureInfo.InvariantCulture, $"{_trialGradient[i]} in " +
                $"parameter {i}");
            throw new ArgumentException($"The gradient at the start is {found}; expected finite numbers; start from other parameters, " +
                "or rescale the data.", nameof(parameters));
        }
    }

    private static double Norm(ReadOnlySpan<T> x) => Math.Sqrt(FixedShape.WideDot(x, x));
}
