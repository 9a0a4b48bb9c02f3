using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>The steps of an <see cref="Optimizer{T}"/>: one gradient each, or the mean of several micro-batches.</summary>
internal sealed class OptimizerSteps<T> : StepMethod<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IModel<T> _model;
    private readonly Optimizer<T> _optimizer;
    private readonly T[] _gradient;
    private readonly SparseGradient<T>? _rows; // of a sparse model whose optimizer has sparse steps
    private readonly GradientAccumulator<T>? _accumulator;
    private T[] _scaled = [];
    private double _rate;

    public OptimizerSteps(IModel<T> model, Optimizer<T> optimizer, int microBatches)
    {
        (_model, _optimizer) = (model, optimizer);
        _gradient = new T[model.ParameterCount];
        _accumulator = microBatches > 1 ? new(model.ParameterCount, GradientReduction.Mean, optimizer.Execution) : null;
        _rows = _accumulator is null && optimizer.StepsSparsely && model is ISparseModel<T> sparse
            ? new(model.ParameterCount, sparse.GradientWidth)
            : null;
    }

    public override double LearningRate
    {
        get
        {
            double rate = _optimizer.EffectiveLearningRate;
            if (rate >= 0 && double.IsFinite(rate))
            {
                return _rate = rate;
            }

            string found = rate.ToString(CultureInfo.InvariantCulture);
            throw new InvalidOperationException(
                $"The schedule {_optimizer.Schedule} gives the rate {found} for step {_optimizer.StepCount + 1}; " +
                "expected a finite number of at least 0.");
        }
    }

    public override double GradientNorm => VectorNorms.Norm<T>(_rows is null ? _gradient : _rows.Values, _optimizer.Execution);

    public override ReadOnlySpan<T> Gradient
    {
        get
        {
            _rows?.CopyTo(_gradient);
            return _gradient;
        }
    }

    public override double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<int> batch) =>
        _rows is null ? _model.Gradient(parameters, batch, _gradient) : ((ISparseModel<T>)_model).Gradient(parameters, batch, _rows);

    /// <summary>What decayed meanwhile is to be read as it is by now.</summary>
    public override void Prepare(Span<T> parameters, ReadOnlySpan<int> batch)
    {
        if (_rows is not null && _optimizer.HasDeferredDecay)
        {
            ((ISparseModel<T>)_model).Appear(batch, _rows);
            _optimizer.Flush(parameters, _rows);
        }
    }

    public override void Accumulate() => _accumulator!.Add(Scaled());

    public override void Discard() => _accumulator?.Clear();

    public override StepOutcome Step(Span<T> parameters, bool endsEpoch)
    {
        try
        {
            if (_rows is not null)
            {
                _optimizer.Step(parameters, _rows);
                return new(null, _rate, _rows.Values.Length);
            }

            if (_accumulator is null)
            {
                _optimizer.Step(parameters, Scaled());
            }
            else
            {
                _accumulator.Add(Scaled());
                if (endsEpoch)
                {
                    _accumulator.CopyTo(_gradient);
                }

                _optimizer.Step(parameters, _accumulator);
            }

            return new(null, _rate, parameters.Length);
        }
        catch (NotFiniteNumberException)
        {
            // An optimizer that works on matrices refuses such a gradient.
            Discard();
            return new(StopReason.NonFiniteLoss);
        }
    }

    /// <summary>The gradient of the scaled loss; apart, because stopping rules look at the gradient.</summary>
    private T[] Scaled()
    {
        if (_optimizer.Options.LossScaler is not { } scaler)
        {
            return _gradient;
        }

        Array.Resize(ref _scaled, _gradient.Length);
        TensorPrimitives.Multiply(_gradient, T.CreateTruncating(scaler.Scale), _scaled);
        return _scaled;
    }

    public override ReadOnlySpan<T> EvaluationPoint(ReadOnlySpan<T> parameters, StopReason? stop)
    {
        // The gradient has done its work. An averaging optimizer's parameters are no result; its average is, and so is that of the options.
        if (_optimizer is { Average: { } average, StepCount: > 0 })
        {
            average.AsSpan<T>().CopyTo(_gradient);
        }
        else
        {
            _optimizer.WriteEvaluationPoint(parameters, _gradient);
        }

        return _gradient;
    }

    public override void Report(double loss) => _optimizer.Schedule?.Report(_optimizer.StepCount, loss);

    public override void VisitState(StateVisitor visitor)
    {
        visitor.Within("optimizer", _optimizer);
        if (_accumulator is not null)
        {
            visitor.Within("accumulator", _accumulator);
        }
    }
}
