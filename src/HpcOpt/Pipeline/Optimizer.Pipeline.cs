using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Formats;

namespace HpcOpt;

/// <content>A step: sources → norm and finite check → scale, clip, limit → update → average and copy.</content>
public abstract unsafe partial class Optimizer<T>
{
    private GradientMeasure<T>? _measure;
    private PublishPass<T>? _publish;
    private StateView? _average;
    private StateView? _copy;
    private NativeVector<T>? _limited;
    private bool _hasAverage;
    private bool _hasCopy;
    private readonly bool _needsFiniteGradient;
    private bool _measures;
    private bool _hasOptions;

    /// <summary>What is done with the gradient before the update, and with the parameters after it; may change between steps.</summary>
    /// <exception cref="ArgumentException"><see cref="StepOptions.KeepsCopy"/> is set for parameters that are not <see cref="float"/>.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the average or the copy.</exception>
    public StepOptions Options
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.KeepsCopy && typeof(T) != typeof(float))
            {
                throw new ArgumentException($"{nameof(StepOptions.KeepsCopy)} is for Optimizer<float>; convert parameters of type {typeof(T).Name} after the step.", nameof(value));
            }

            SetUp(ref _average, "average", Arithmetic, value.AverageDecay is not null);
            SetUp(ref _copy, "copy", NumberFormat.BFloat16, value.KeepsCopy);
            (_hasAverage, _hasCopy) = (_hasAverage && _average is not null, _hasCopy && _copy is not null);
            _own = [.. ((StateView?[])[.. _state, _average, _copy]).OfType<StateView>()];
            (_hasOptions, _measures) = (value != StepOptions.None, value.Measures || _needsFiniteGradient);
            field = value;
        }
    }

    = StepOptions.None;

    /// <summary>a, the moving average of the parameters, from the first step on; null unless <see cref="StepOptions.AverageDecay"/> asks for it.</summary>
    public StateView? Average => _average;

    /// <summary>θ as bf16, rounded to nearest, from the first step on; null unless <see cref="StepOptions.KeepsCopy"/> asks for it.</summary>
    public StateView? Copy => _copy;

    /// <summary>One step: θ and the state change, the gradient does not (but see <see cref="GradientSum{T}"/>).</summary>
    /// <param name="parameters">θ, <see cref="Length"/> numbers: of <typeparamref name="T"/>; with <see cref="float"/> also bf16, or in two halves.</param>
    /// <param name="gradient">The gradient at θ, as long: of <typeparamref name="T"/>; with <see cref="float"/> also bf16 or f16; dense, sparse, accumulated, summed.</param>
    /// <returns>What was done; the default where <see cref="Options"/> ask for nothing.</returns>
    /// <exception cref="ArgumentException">A length or format is not one of these, memory overlaps, or the gradient is empty. Nothing has changed.</exception>
    /// <exception cref="NotSupportedException">The optimizer does not take these operands. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">An element of the gradient is not finite, and the options or the optimizer refuse that. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">The <see cref="Schedule"/> gave a factor that is negative or not finite, or an accumulator is empty. Nothing has changed.</exception>
    /// <exception cref="ObjectDisposedException">An operand or the optimizer is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public StepReport Step(in Operand<T> parameters, in Operand<T> gradient)
    {
        StepReport report = default;
        fixed (byte* p = &parameters.First, second = &parameters.Second, g = &gradient.First)
        {
            Memory->P = new(p, parameters.Format, second);
            Memory->G = new(g, gradient.Format);
            if (parameters.Kind == OperandKind.Dense && gradient.Kind == OperandKind.Dense)
            {
                Check(parameters, gradient);
                if (!_hasOptions && !_measures && _deferred.Width == 0)
                {
                    SetPrecision();
                    Update(new StepContext<T>(Memory, _stepCount + 1, NextFactor()));
                    _stepCount++;
                }
                else
                {
                    report = Run(default, null, new GradientSources<T> { Count = 1 }, scale: 1);
                }
            }
            else
            {
                report = StepOther(parameters, gradient);
            }
        }

        GC.KeepAlive(parameters.Owner);
        GC.KeepAlive(gradient.Owner);
        GC.KeepAlive(this);
        return report;
    }

    /// <summary>The update of a step. Whatever can fail comes before the first write; the step counts when this returns.</summary>
    /// <param name="step">Parameters, gradient and what it is multiplied by.</param>
    protected abstract void Update(in StepContext<T> step);

    /// <summary>The next update on memory of the caller's, state included: for the law that nothing beside it is touched.</summary>
    internal void UpdateOn(in Streams streams)
    {
        *Memory = streams;
        Update(new StepContext<T>(Memory, _stepCount + 1, rateFactor: 1));
    }

    private StepReport StepOther(in Operand<T> parameters, in Operand<T> gradient)
    {
        if (parameters.Kind is not (OperandKind.Dense or OperandKind.Tensors))
        {
            throw new ArgumentException($"{parameters.Owner!.GetType().Name} holds gradients; expected memory for the parameters.", nameof(parameters));
        }

        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Guard.Length(gradient.Length, Length, nameof(gradient));
        switch (gradient.Kind)
        {
            case OperandKind.Sparse:
                return StepRows(parameters, (SparseGradient<T>)gradient.Owner!);
            case OperandKind.Accumulated:
                var accumulator = (GradientAccumulator<T>)gradient.Owner!;
                Memory->G = new(accumulator.Sum(out double scale), Arithmetic);
                Check(parameters, gradient);
                StepReport report = Run(Tensors(parameters, gradient), null, new GradientSources<T> { Count = 1 }, scale);
                accumulator.Clear();
                return report;
            case OperandKind.Sum:
                return StepSum(parameters, gradient, (GradientSum<T>)gradient.Owner!);
            default:
                Check(parameters, gradient);
                return Run(Tensors(parameters, gradient), null, new GradientSources<T> { Count = 1 }, scale: 1);
        }
    }

    private StepReport StepSum(in Operand<T> parameters, in Operand<T> gradient, GradientSum<T> sum)
    {
        byte** sources = stackalloc byte*[sum.Count];
        for (int k = sum.Count - 1; k >= 0; k--)
        {
            sources[k] = sum.AddressOf(k);
            Memory->G = new(sources[k], gradient.Format);
            Check(parameters, gradient);
            if (k > 0 && gradient.Format == Arithmetic)
            {
                nint bytes = Length * sizeof(T);
                Guard.Disjoint(sum.AddressOf(0), bytes, sources[k], bytes, "gradients[0], which receives the sum,", "another gradient");
                Guard.Disjoint(sum.AddressOf(0), bytes, Memory->P.Address, Length * Memory->P.Format.Bytes(), "gradients[0], which receives the sum,", nameof(parameters));
            }
        }

        var all = new GradientSources<T> { First = sources, Count = sum.Count, Format = gradient.Format };
        if (sum.Count > 1)
        {
            all.Sum = sum.Sum(Execution);
            Memory->G = new(all.Sum, Arithmetic);
        }

        return Run(Tensors(parameters, gradient), null, all, sum.Scale);
    }

    /// <summary>All of a step behind its checks.</summary>
    /// <param name="tensors">Where parameters and gradient are, if not in vectors.</param>
    /// <param name="rows">The rows of a sparse step; null for a dense one.</param>
    /// <param name="sources">The gradients, of which <see cref="Memory"/> has the sum.</param>
    /// <param name="scale">What the reduction multiplies it by.</param>
    private StepReport Run(TensorAddresses tensors, RowPass<T>* rows, GradientSources<T> sources, double scale)
    {
        SetPrecision();
        double factor = NextFactor();
        scale /= Options.LossScaler?.Scale ?? 1;
        StepReport report = default;
        if (sources.Count > 1 || _measures)
        {
            report = Measure(tensors, rows, sources, scale);
            if (report.IsSkipped)
            {
                Options.LossScaler?.Update(overflowed: true);
                return report;
            }
        }

        if (report.IsClipped)
        {
            scale *= Options.MaxNorm!.Value / report.GradientNorm!.Value;
        }

        double share = _average is null ? 0 : 1 - Options.AverageDecay!.Value;

        // Parameters of low precision are averaged as they are rounded.
        bool averageJoins = _average is not null && rows == null && Cost is { IsLayerwise: false } && Memory->P.Format == Arithmetic && _state.Length < Streams.MostStates;
        double limit = Options.MaxValue ?? double.PositiveInfinity;
        if (Cost is null && Options.MaxValue is not null)
        {
            LimitGradient(tensors, scale, limit);
            (scale, limit, tensors) = (1, double.PositiveInfinity, tensors.WithGradientVector);
        }

        if (averageJoins)
        {
            *Streams.StateOf(Memory, _state.Length) = _average!.Numbers;
        }

        var modifiers = new StepModifiers(scale, limit, averageJoins ? share : 0);
        bool joins = modifiers != new StepModifiers(1);
        var step = new StepContext<T>(Memory, _stepCount + 1, factor, scale, joins ? &modifiers : null, tensors, rows, Options.Reducer);
        if (Cost is null)
        {
            Begin(step);
        }

        try
        {
            Update(step);
        }
        catch when (Cost is null)
        {
            // A rule has begun neither when it fails.
            (_hasAverage ? null : _average)?.Fill(0, Length, 0, 0);
            (_hasCopy ? null : _copy)?.Fill(0, Length, 0, 0);
            throw;
        }

        _stepCount++;
        if (rows != null)
        {
            _deferred.End(rows->Decay);
        }

        (_hasAverage, _hasCopy) = (_average is not null, _copy is not null);
        Publish(tensors, rows, averageJoins ? 0 : share);
        Options.LossScaler?.Update(overflowed: false);
        return report;
    }

    /// <summary>What a step writes before its update, once nothing can fail: deferred decay, an average and a copy that begin.</summary>
    private protected void Begin(in StepContext<T> step)
    {
        bool isFirst = (_average is not null && !_hasAverage) || (_copy is not null && !_hasCopy);
        if (step.Rows == null || isFirst)
        {
            _deferred.Flush(Execution, Memory, _state.Length);
        }

        if (isFirst)
        {
            _publish ??= new PublishPass<T>(Execution);
            RangePlan plan = Ranges.Each();
            foreach (StateView? vector in (ReadOnlySpan<StateView?>)[_hasAverage ? null : _average, _hasCopy ? null : _copy])
            {
                if (vector is not null)
                {
                    _publish.Copy(plan, vector.Numbers, Memory->P, step.Tensors.OfAllParameters);
                }
            }
        }

        if (step.Rows != null)
        {
            BeginRows(step.Rows);
        }
    }

    /// <summary>‖g‖ and whether it is finite; sums several gradients.</summary>
    private StepReport Measure(TensorAddresses tensors, RowPass<T>* rows, GradientSources<T> sources, double scale)
    {
        _measure ??= new GradientMeasure<T>(Execution);
        RangePlan plan = rows == null ? Ranges.Measured : _measure.OfRows(rows->Count * rows->Width);
        (double norm, long nonFinite) = _measure.Norm(plan, Memory, tensors.OfGradients, sources, Options.Reducer);
        norm *= scale;
        if (nonFinite > 0 && !Options.Skips && (_needsFiniteGradient || Options.NonFinite == NonFiniteGradient.Throw))
        {
            throw new NotFiniteNumberException(
                $"{nonFinite} elements of the gradient are not finite. Parameters and state are as they were; lower the learning rate, clip the gradient, or let the options skip such steps.");
        }

        bool isSkipped = nonFinite > 0 && Options.Skips;
        return new(norm, IsClipped: !isSkipped && norm > Options.MaxNorm, isSkipped, nonFinite);
    }

    /// <summary>Brings the average and the copy up to date where the update has not.</summary>
    private void Publish(TensorAddresses tensors, RowPass<T>* rows, double share)
    {
        bool copies = _copy is not null && (Cost is null || rows != null);
        if (share > 0 || copies)
        {
            // Rows that did not appear are behind.
            _deferred.Flush(Execution, Memory, _state.Length);
            _publish ??= new PublishPass<T>(Execution);
            RangePlan plan = tensors.IsNone ? Ranges.Active : Ranges.ActiveTensors;
            if (share > 0)
            {
                _publish.MoveToward(plan, _average!.Numbers, Memory->P, tensors.OfParameters, share);
            }

            if (copies)
            {
                _publish.Copy(plan, _copy!.Numbers, Memory->P, tensors.OfParameters);
            }
        }
    }

    /// <summary>A gradient of the optimizer's own, scaled and limited, for an update that cannot do that itself.</summary>
    private void LimitGradient(TensorAddresses tensors, double scale, double limit)
    {
        _publish ??= new PublishPass<T>(Execution);
        _limited ??= new NativeVector<T>(Length, Execution);
        _publish.Limit(tensors.IsNone ? Ranges.Active : Ranges.ActiveTensors, new(_limited.Pointer, Arithmetic), Memory->G, tensors.OfGradients, scale, limit);
        Memory->G = new(_limited.Pointer, Arithmetic);
    }

    /// <summary>The factor of the next step, checked before anything changes.</summary>
    private double NextFactor()
    {
        if (Schedule is not { } schedule)
        {
            return 1;
        }

        double factor = schedule.Factor(_stepCount + 1);
        return factor >= 0 && double.IsFinite(factor) ? factor : throw new InvalidOperationException(
            FormattableString.Invariant($"{schedule} gives the factor {factor} for step {_stepCount + 1}; expected a finite number of at least 0. Nothing has changed."));
    }

    private void SetPrecision()
    {
        if (_copy is not null && Memory->P.Format == NumberFormat.Single && Cost is not null)
        {
            Memory->P.Second = (byte*)_copy.Pointer;
        }

        // Where nothing is of low precision, the loops that know of none are faster.
        Memory->IsLowPrecision = IsStored || Memory->P.Format != Arithmetic || Memory->G.Format != Arithmetic || Memory->P.Second != null;
        if (Memory->IsLowPrecision)
        {
            Memory->Rounding = new(Storage.Rounding == Rounding.Stochastic, Noise.Key(Storage.Seed, _stepCount + 1), (ulong)Storage.FirstIndex);
        }
    }

    private void SetUp(ref StateView? vector, string name, NumberFormat format, bool isWanted)
    {
        if (isWanted)
        {
            vector ??= new StateView(name, format, Length, scales: 0, Execution, $"the {name}");
        }
        else
        {
            vector?.Dispose();
            vector = null;
        }
    }

    private void VisitPipeline(StateVisitor visitor)
    {
        visitor.Fixed("average", _average is null ? "absent" : "present");
        if (_average is not null)
        {
            visitor.Flag("average.started", ref _hasAverage);
            _average.Visit(visitor, "average.values");
        }

        visitor.Within("scaler", Options.LossScaler);
    }

    private void DisposePipeline()
    {
        _average?.Dispose();
        _copy?.Dispose();
        _limited?.Dispose();
    }
}
