using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>
/// A step with all that surrounds it: g = s·Σ_k g_k, the search for elements that are not finite, clipping by ‖g‖₂ and by value, the update, and a
/// moving average and a bf16 copy of the parameters, in as few passes over memory as the mathematics allows.
/// </summary>
/// <remarks>
/// <para>
/// Several gradients are added in pairs, (g₁ + g₂) + (g₃ + g₄), and ‖g‖₂ is computed while they are: one pass, which writes the sum over the
/// first of them. Then s, which holds reduction, unscaling and clipping, the limits and the average join the pass of the update. So K gradients
/// cost (K + 1) numbers a parameter before the update (1 for K = 1 where the norm is asked for, else 0), and the average 2 within it, the copy half a one.
/// </para>
/// <para>
/// ‖g‖₂ runs over what the step will update: not over padding between segments, nor over groups that are frozen. Sums have a fixed shape, so the
/// bits depend neither on path nor on threads. Layer-wise rules, those with four state vectors, and parameters in bf16 take the average in a pass of its own.
/// </para>
/// </remarks>
/// <example><code>
/// using var step = new FusedStep&lt;float&gt;(adamW, new FusedStepOptions { MaxNorm = 1, SkipNonFinite = true, AverageDecay = 0.999 });
/// StepReport report = step.Step(theta, gradientOfWorker1, gradientOfWorker2);
/// </code></example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class FusedStep<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GradientMeasure<T> _measure = new();
    private readonly RunsPlan<T> _averagePlan = new(hasSums: false);
    private NativeVector<T>? _sum;
    private bool _hasAverage;

    /// <summary>Steps of <paramref name="optimizer"/>, which stays the caller's.</summary>
    /// <param name="optimizer">Any.</param>
    /// <param name="options">What to do beside the update.</param>
    /// <exception cref="ArgumentException"><see cref="FusedStepOptions.MaxValue"/> or <see cref="FusedStepOptions.KeepsCopy"/> is set for an optimizer that works on whole matrices, or the latter in double.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the average.</exception>
    public FusedStep(Optimizer<T> optimizer, FusedStepOptions options)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxValue is not null && optimizer.Cost is null)
        {
            throw new ArgumentException($"MaxValue cannot join {optimizer.Name}, whose steps are more than a sweep; use MaxNorm.", nameof(options));
        }

        if (options.KeepsCopy && (optimizer.Cost is null || typeof(T) != typeof(float)))
        {
            throw new ArgumentException($"KeepsCopy is for float and a sweep, and {optimizer.Name} in {typeof(T).Name} is not both; convert the parameters after the step.", nameof(options));
        }

        (Optimizer, Options) = (optimizer, options);
        Copy = options.KeepsCopy ? new NativeVector<BFloat16>(optimizer.Length, optimizer.Execution) : null;
        Average = options.AverageDecay is null ? null : new NativeVector<T>(optimizer.Length, optimizer.Execution);
    }

    /// <summary>The optimizer.</summary>
    public Optimizer<T> Optimizer { get; }

    /// <summary>What is done beside its update.</summary>
    public FusedStepOptions Options { get; }

    /// <summary>a, the moving average of the parameters, from the first step on; null unless <see cref="FusedStepOptions.AverageDecay"/> asks for it.</summary>
    public NativeVector<T>? Average { get; }

    /// <summary>θ as bf16, rounded to nearest, from the first step on; null unless <see cref="FusedStepOptions.KeepsCopy"/> asks for it.</summary>
    public NativeVector<BFloat16>? Copy { get; }

    /// <summary>One step.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="gradients">At least one, each as long as θ. Where there are several, the first receives their sum (not yet scaled).</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException">There is no gradient, a length differs, or vectors overlap.</exception>
    /// <exception cref="ObjectDisposedException">A vector or the optimizer is disposed.</exception>
    public StepReport Step(NativeVector<T> parameters, params ReadOnlySpan<NativeVector<T>> gradients)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Guard.Length(parameters.Length, Optimizer.Length, nameof(parameters));
        if (gradients.IsEmpty)
        {
            throw new ArgumentException("There are 0 gradients; expected at least one.", nameof(gradients));
        }

        return StepOn(new(parameters.Pointer, Optimizer<T>.Arithmetic), parameters, Optimizer<T>.Arithmetic, gradients);
    }

    /// <summary>One step on parameters and gradients in formats of their own; the arithmetic, the sum of several gradients and the average are <see cref="float"/>'s.</summary>
    /// <typeparam name="TParameter"><typeparamref name="T"/> or <see cref="BFloat16"/>.</typeparam>
    /// <typeparam name="TGradient"><typeparamref name="T"/>, <see cref="BFloat16"/> or <see cref="Half"/>.</typeparam>
    /// <param name="parameters">θ.</param>
    /// <param name="gradients">At least one, each as long as θ. Several of type <typeparamref name="T"/>: the first receives their sum; of another type: none is changed, and the sum takes a vector of the step's own.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException">There is no gradient, a length differs, a type is none of these, the precision is double, or vectors overlap.</exception>
    /// <exception cref="NotSupportedException">The optimizer works on matrices.</exception>
    /// <exception cref="ObjectDisposedException">A vector or the optimizer is disposed.</exception>
    public StepReport Step<TParameter, TGradient>(NativeVector<TParameter> parameters, params ReadOnlySpan<NativeVector<TGradient>> gradients)
        where TParameter : unmanaged
        where TGradient : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Guard.Length(parameters.Length, Optimizer.Length, nameof(parameters));
        if (gradients.IsEmpty)
        {
            throw new ArgumentException("There are 0 gradients; expected at least one.", nameof(gradients));
        }

        return StepOn(new(parameters.Pointer, Optimizer<T>.ParametersOf<TParameter>(nameof(parameters))), parameters, Optimizer<T>.GradientOf<TGradient>(nameof(gradients)), gradients);
    }

    /// <inheritdoc cref="Step(NativeVector{T}, ReadOnlySpan{NativeVector{T}})"/>
    /// <param name="parameters">θ.</param>
    /// <param name="gradient">As long as θ, not changed.</param>
    public StepReport Step(Span<T> parameters, ReadOnlySpan<T> gradient)
    {
        Guard.Length(parameters.Length, Optimizer.Length, nameof(parameters));
        Guard.Length(gradient.Length, Optimizer.Length, nameof(gradient));
        fixed (T* p = parameters, g = gradient)
        {
            byte* source = (byte*)g;
            return Run(new(p, Optimizer<T>.Arithmetic), &source, 1, Optimizer<T>.Arithmetic, 1);
        }
    }

    /// <summary>One step with accumulated gradients, whose own reduction counts; then the accumulator is empty again, also where the step was skipped.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="gradient">At least one micro-batch.</param>
    /// <exception cref="ArgumentException">A length differs, or vectors overlap.</exception>
    /// <exception cref="InvalidOperationException">The accumulator is empty.</exception>
    /// <exception cref="ObjectDisposedException">A vector, the accumulator or the optimizer is disposed.</exception>
    public StepReport Step(NativeVector<T> parameters, GradientAccumulator<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradient);
        Guard.Length(parameters.Length, Optimizer.Length, nameof(parameters));
        Guard.Length(gradient.Length, Optimizer.Length, nameof(gradient));
        byte* sum = (byte*)gradient.Sum(out double scale);
        StepReport report = Run(new(parameters.Pointer, Optimizer<T>.Arithmetic), &sum, 1, Optimizer<T>.Arithmetic, scale);
        gradient.Clear();
        GC.KeepAlive(parameters);
        return report;
    }

    /// <summary>Frees the average, the copy and the sum; the optimizer stays the caller's.</summary>
    public void Dispose()
    {
        Average?.Dispose();
        Copy?.Dispose();
        _sum?.Dispose();
    }

    private StepReport StepOn<TGradient>(StoredNumbers parameters, object owner, NumberFormat format, ReadOnlySpan<NativeVector<TGradient>> gradients)
        where TGradient : unmanaged
    {
        nint ofParameters = Optimizer.Length * parameters.Format.Bytes(), ofGradient = Optimizer.Length * format.Bytes();
        byte** sources = stackalloc byte*[gradients.Length];
        for (int k = 0; k < gradients.Length; k++)
        {
            ArgumentNullException.ThrowIfNull(gradients[k], nameof(gradients));
            sources[k] = (byte*)gradients[k].Pointer;
            if (gradients[k].Length != Optimizer.Length)
            {
                throw new ArgumentException($"gradients[{k}] has {gradients[k].Length} elements; expected {Optimizer.Length}.", nameof(gradients));
            }
        }

        bool isFull = format == Optimizer<T>.Arithmetic;
        for (int k = 1; k < gradients.Length; k++)
        {
            if (isFull)
            {
                Guard.Disjoint(sources[0], ofGradient, sources[k], ofGradient, "gradients[0], which receives the sum,", "another gradient");
                Guard.Disjoint(sources[0], ofGradient, parameters.Pointer, ofParameters, "gradients[0], which receives the sum,", nameof(parameters));
            }

            if (sources[k] != parameters.Pointer || format != parameters.Format)
            {
                Guard.Disjoint(parameters.Pointer, ofParameters, sources[k], ofGradient, nameof(parameters), nameof(gradients));
            }
        }

        StepReport report = Run(parameters, sources, gradients.Length, format, Options.Reduction == GradientReduction.Mean ? 1.0 / gradients.Length : 1);
        GC.KeepAlive(owner);
        for (int k = 0; k < gradients.Length; k++)
        {
            GC.KeepAlive(gradients[k]);
        }

        return report;
    }

    private StepReport Run(StoredNumbers parameters, byte** sources, int count, NumberFormat format, double scale)
    {
        byte* copy = Copy is null ? null : (byte*)Copy.Pointer;
        if (copy is not null && parameters.Format == NumberFormat.BFloat16)
        {
            throw new ArgumentException($"{nameof(FusedStepOptions.KeepsCopy)} is set, but the parameters are bf16 themselves; use them.", nameof(parameters));
        }

        Optimizer.CheckMemory(parameters, copy, new(sources[0], format));
        if (Average is not null)
        {
            nint ofAverage = Optimizer.Length * sizeof(T);
            Guard.Disjoint(parameters.Pointer, Optimizer.Length * parameters.Format.Bytes(), (byte*)Average.Pointer, ofAverage, nameof(parameters), "the average");
            Guard.Disjoint(sources[0], Optimizer.Length * format.Bytes(), (byte*)Average.Pointer, ofAverage, "gradient", "the average");
        }

        scale /= Options.LossScaler?.Scale ?? 1;
        StoredNumbers gradient = count == 1 ? new(sources[0], format) : new(SumOf(sources[0], format), Optimizer<T>.Arithmetic);
        StepReport report = default;
        if (count > 1 || Options.Measures)
        {
            report = Measure(new GradientSources<T> { First = sources, Count = count, Format = format, Sum = count > 1 ? (T*)gradient.Pointer : null }, gradient, scale);
            Options.LossScaler?.Update(overflowed: report.NonFinite > 0);
            if (report.IsSkipped)
            {
                return report;
            }
        }

        if (report.IsClipped)
        {
            scale *= Options.MaxNorm!.Value / report.GradientNorm!.Value;
        }

        Update(parameters, copy, gradient, scale);
        return report;
    }

    /// <summary>Where several gradients are added up: over the first of them, or if they are in fewer bits in a vector of its own.</summary>
    private T* SumOf(byte* first, NumberFormat format) =>
        format == Optimizer<T>.Arithmetic ? (T*)first : (_sum ??= new(Optimizer.Length, Optimizer.Execution)).Pointer;

    private StepReport Measure(GradientSources<T> sources, StoredNumbers gradient, double scale)
    {
        double norm = Math.Sqrt(_measure.Squares(Optimizer.Execution, Optimizer.ActiveRuns, sources));
        long nonFinite = 0;
        if (!double.IsFinite(norm))
        {
            (nonFinite, norm) = GradientMeasure<T>.Inspect(Optimizer.ActiveRuns, gradient);
        }

        norm *= scale;
        bool isSkipped = nonFinite > 0 && (Options.SkipNonFinite || Options.LossScaler is not null);
        return new(norm, IsClipped: !isSkipped && norm > Options.MaxNorm, isSkipped, nonFinite);
    }

    private void Update(StoredNumbers parameters, byte* copy, StoredNumbers gradient, double scale)
    {
        T* average = Average is null ? null : Average.Pointer;
        if (average is not null && !_hasAverage)
        {
            Optimizer<T>.Decode(parameters, average, Optimizer.Length);
            _hasAverage = true;
        }

        double share = 1 - (Options.AverageDecay ?? 0);

        // Parameters in fewer bits are averaged as they are rounded.
        bool isFused = average is not null && Optimizer.Cost is { IsLayerwise: false } && parameters.Format == Optimizer<T>.Arithmetic && Optimizer.StoredState.Count < Vectors<T>.MostStates;
        var tail = new StepTail(scale, Options.MaxValue ?? double.PositiveInfinity, isFused ? (nint)average : 0, share);
        if (parameters.Format == Optimizer<T>.Arithmetic && gradient.Format == Optimizer<T>.Arithmetic && copy is null)
        {
            Optimizer.StepCore((T*)parameters.Pointer, (T*)gradient.Pointer, &tail);
        }
        else
        {
            Optimizer.StepStored(parameters, copy, gradient, &tail);
        }

        if (average is not null && !isFused)
        {
            Stored stored = new() { Parameters = Optimizer<T>.Arithmetic, Gradient = parameters.Format };
            var vectors = new Vectors<T> { Length = Optimizer.Length, P = average, G = (T*)parameters.Pointer, Stored = parameters.Format == Optimizer<T>.Arithmetic ? null : &stored };
            var step = new AverageStep(share);
            SegmentPlan<T> plan = _averagePlan.For(Optimizer.ActiveRuns);
            Optimizer.Execution.Collect(ref step, plan, 0);
            plan.Run(Optimizer.Execution, &vectors);
        }

        GC.KeepAlive(this);
    }

    private readonly struct AverageStep(double share) : IStep
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V> => sweep.Run(new MoveToward<V>(V.Create(share)));
    }

    /// <summary>p ← p + share·(g - p)</summary>
    private readonly struct MoveToward<V>(V share) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = V.MulAdd(share, g - p, p);
    }
}
