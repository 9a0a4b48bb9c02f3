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
    /// <exception cref="ArgumentException"><see cref="StepOptions.KeepsCopy"/> without <typeparamref name="T"/> being float.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the average or the copy.</exception>
    public StepOptions Options
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.KeepsCopy && typeof(T) != typeof(float))
            {
                throw new ArgumentException(
                    $"{nameof(StepOptions.KeepsCopy)} is for Optimizer<float>; convert parameters of type {typeof(T).Name} after the "
                    + "step.", nameof(value));
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

    /// <summary>a, the moving average of θ, from the first step on; null without <see cref="StepOptions.AverageDecay"/>.</summary>
    public StateView? Average => _average;

    /// <summary>θ as bf16, rounded to nearest, from the first step on; null without <see cref="StepOptions.KeepsCopy"/>.</summary>
    public StateView? Copy => _copy;

    /// <summary>One step: θ and the state change, the gradient does not (but see <see cref="GradientSum{T}"/>).</summary>
    /// <param name="parameters">θ, <see cref="Length"/> numbers of <typeparamref name="T"/>; for float also bf16 or two halves.</param>
    /// <param name="gradient">The gradient, as long: <typeparamref name="T"/>, bf16 or f16; dense, sparse, accumulated, summed.</param>
    /// <returns>What was done; the default where <see cref="Options"/> ask for nothing.</returns>
    /// <exception cref="ArgumentException">Wrong length or format, overlap, or an empty gradient. Nothing has changed.</exception>
    /// <exception cref="NotSupportedException">The optimizer does not take these operands. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">The gradient is not finite, which is refused. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">A bad factor of the schedule, or an empty accumulator. Nothing has changed.</exception>
    /// <exception cref="ObjectDisposedException">An operand or the optimizer is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public StepReport Step(in Operand<T> parameters, in Operand<T> gradient)
    {
        StepReport report = default;
        fixed (byte* p = &parameters.First, g = &gradient.First)
        {
            Streams* memory = Memory;
            memory->P.Address = p;
            memory->P.Second = parameters.SecondAddress;
            memory->P.Format = parameters.Format;
            memory->G.Address = g;
            memory->G.Format = gradient.Format;
            if (parameters.Kind == OperandKind.Dense && gradient.Kind == OperandKind.Dense)
            {
                Check(parameters, gradient);
                if (!_hasOptions && !_measures && _deferred.Width == 0)
                {
                    SetPrecision();
                    Update(new StepContext<T>(memory, _stepCount + 1, Schedule is null ? 1 : NextFactor()));
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
        bool averageJoins = _average is not null && rows == null && Cost is { IsLayerwise: false } && Memory->P.Format == Arithmetic
            && _state.Length < Streams.MostStates;
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

        bool joins = scale != 1 || averageJoins || !double.IsPositiveInfinity(limit);
        var extras = new StepExtras<T>(new(scale, limit, averageJoins ? share : 0), joins, tensors, rows);
        var step = new StepContext<T>(Memory, _stepCount + 1, factor, scale, &extras, Options.Reducer);
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

    /// <summary>‖g‖ and whether it is finite; sums several gradients.</summary>
    private StepReport Measure(TensorAddresses tensors, RowPass<T>* rows, GradientSources<T> sources, double scale)
    {
        _measure ??= new GradientMeasure<T>(Execution);
        RangePlan plan = rows == null ? Ranges.Measured : _measure.OfRows(rows->Count * rows->Width);
        (double norm, long nonFinite) = _measure.Norm(plan, Memory, tensors.OfGradients, sources, Options.Reducer);
        norm *= scale;
        if (nonFinite > 0 && !Options.Skips && (_needsFiniteGradient || Options.NonFinite == NonFiniteGradient.Throw))
        {
            string found = nonFinite == 1 ? "1 element of the gradient is" : $"{nonFinite} elements of the gradient are";
            throw new NotFiniteNumberException(
                $"{found} not finite{WhereNonFinite(rows != null)}. Parameters and state are as they were; lower the learning rate, "
                + "or let the options skip such steps.");
        }

        bool isSkipped = nonFinite > 0 && Options.Skips;
        return new(norm, IsClipped: !isSkipped && norm > Options.MaxNorm, isSkipped, nonFinite);
    }

    private string WhereNonFinite(bool isSparse)
    {
        nint first = _measure!.FirstNonFinite;
        ParameterSegment? segment = isSparse ? null : Layout?.Segments.FirstOrDefault(one => first >= one.Start && first < one.End);
        string place = segment is null ? $"at {first}" : $"at {first - segment.Start} of segment '{segment.Name}'";
        return first < 0 ? "" : $", the first {place}";
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
            FormattableString.Invariant($"{schedule} gives the factor {factor} for step {_stepCount + 1}; ")
            + FormattableString.Invariant($"expected a finite number of at least 0. Nothing has changed."));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetPrecision()
    {
        // Where nothing is of low precision, the loops that know of none are faster.
        Memory->IsLowPrecision = _isStored || Memory->P.Format != Arithmetic || Memory->G.Format != Arithmetic || Memory->P.Second != null
            || (_copy is not null && Cost is not null);
        if (Memory->IsLowPrecision)
        {
            SetLowPrecision();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SetLowPrecision()
    {
        if (_copy is not null && Memory->P.Format == NumberFormat.Single && Cost is not null)
        {
            Memory->P.Second = (byte*)_copy.Pointer;
        }

        Memory->Rounding = new(Storage.Rounding == Rounding.Stochastic, Noise.Key(Storage.Seed, _stepCount + 1), (ulong)Storage.FirstIndex);
    }
}
