using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>
/// A step with all that surrounds it: g = s·Σ_k g_k, the search for elements that are not finite, clipping by ‖g‖₂ and by value, the update, and a
/// moving average of the parameters, in as few passes over memory as the mathematics allows.
/// </summary>
/// <remarks>
/// <para>
/// Several gradients are added in pairs, (g₁ + g₂) + (g₃ + g₄), and ‖g‖₂ is computed while they are: one pass, which writes the sum over the
/// first of them. Then s, which holds reduction, unscaling and clipping, the limits and the average join the pass of the update. So K gradients
/// cost (K + 1) numbers a parameter before the update (1 for K = 1 where the norm is asked for, else 0), and the average 2 within it.
/// </para>
/// <para>
/// ‖g‖₂ runs over what the step will update: not over padding between segments, nor over groups that are frozen. Sums have a fixed shape, so the
/// bits depend neither on path nor on threads. Layer-wise rules, and those with four state vectors, take the average in a pass of its own.
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
    private bool _hasAverage;

    /// <summary>Steps of <paramref name="optimizer"/>, which stays the caller's.</summary>
    /// <param name="optimizer">Any.</param>
    /// <param name="options">What to do beside the update.</param>
    /// <exception cref="ArgumentException"><see cref="FusedStepOptions.MaxValue"/> is set for an optimizer that works on whole matrices.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the average.</exception>
    public FusedStep(Optimizer<T> optimizer, FusedStepOptions options)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxValue is not null && optimizer.Cost is null)
        {
            throw new ArgumentException($"MaxValue cannot join {optimizer.Name}, whose steps are more than a sweep; use MaxNorm.", nameof(options));
        }

        (Optimizer, Options) = (optimizer, options);
        Average = options.AverageDecay is null ? null : new NativeVector<T>(optimizer.Length, optimizer.Execution);
    }

    /// <summary>The optimizer.</summary>
    public Optimizer<T> Optimizer { get; }

    /// <summary>What is done beside its update.</summary>
    public FusedStepOptions Options { get; }

    /// <summary>a, the moving average of the parameters, from the first step on; null unless <see cref="FusedStepOptions.AverageDecay"/> asks for it.</summary>
    public NativeVector<T>? Average { get; }

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

        T** sources = stackalloc T*[gradients.Length];
        for (int k = 0; k < gradients.Length; k++)
        {
            ArgumentNullException.ThrowIfNull(gradients[k], nameof(gradients));
            sources[k] = gradients[k].Pointer;
            if (gradients[k].Length != Optimizer.Length)
            {
                throw new ArgumentException($"gradients[{k}] has {gradients[k].Length} elements; expected {Optimizer.Length}.", nameof(gradients));
            }
        }

        for (int k = 1; k < gradients.Length; k++)
        {
            Guard.Disjoint(sources[0], Optimizer.Length, sources[k], Optimizer.Length, "gradients[0], which receives the sum,", "another gradient");
            Guard.SameOrDisjoint(parameters.Pointer, sources[k], Optimizer.Length, nameof(parameters), nameof(gradients));
            Guard.Disjoint(sources[0], Optimizer.Length, parameters.Pointer, Optimizer.Length, "gradients[0], which receives the sum,", nameof(parameters));
        }

        StepReport report = Run(parameters.Pointer, sources, gradients.Length, Options.Reduction == GradientReduction.Mean ? 1.0 / gradients.Length : 1);
        GC.KeepAlive(parameters);
        for (int k = 0; k < gradients.Length; k++)
        {
            GC.KeepAlive(gradients[k]);
        }

        return report;
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
            return Run(p, &g, 1, 1);
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
        T* sum = gradient.Sum(out double scale);
        StepReport report = Run(parameters.Pointer, &sum, 1, scale);
        gradient.Clear();
        GC.KeepAlive(parameters);
        return report;
    }

    /// <summary>Frees the average; the optimizer stays the caller's.</summary>
    public void Dispose() => Average?.Dispose();

    private StepReport Run(T* parameters, T** sources, int count, double scale)
    {
        T* gradient = sources[0];
        Optimizer.CheckMemory(parameters, gradient);
        if (Average is not null)
        {
            Guard.Disjoint(parameters, Optimizer.Length, Average.Pointer, Optimizer.Length, nameof(parameters), "the average");
            Guard.Disjoint(gradient, Optimizer.Length, Average.Pointer, Optimizer.Length, nameof(gradient), "the average");
        }

        scale /= Options.LossScaler?.Scale ?? 1;
        StepReport report = default;
        if (count > 1 || Options.Measures)
        {
            report = Measure(new GradientSources<T> { First = sources, Count = count, Sum = count > 1 ? gradient : null }, scale);
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

        Update(parameters, gradient, scale);
        return report;
    }

    private StepReport Measure(GradientSources<T> sources, double scale)
    {
        double norm = Math.Sqrt(_measure.Squares(Optimizer.Execution, Optimizer.ActiveRuns, sources));
        long nonFinite = 0;
        if (!double.IsFinite(norm))
        {
            (nonFinite, norm) = GradientMeasure<T>.Inspect(Optimizer.ActiveRuns, sources.First[0]);
        }

        norm *= scale;
        bool isSkipped = nonFinite > 0 && (Options.SkipNonFinite || Options.LossScaler is not null);
        return new(norm, IsClipped: !isSkipped && norm > Options.MaxNorm, isSkipped, nonFinite);
    }

    private void Update(T* parameters, T* gradient, double scale)
    {
        T* average = Average is null ? null : Average.Pointer;
        if (average is not null && !_hasAverage)
        {
            Buffer.MemoryCopy(parameters, average, Optimizer.Length * sizeof(T), Optimizer.Length * sizeof(T));
            _hasAverage = true;
        }

        double share = 1 - (Options.AverageDecay ?? 0);
        bool isFused = average is not null && Optimizer.Cost is { IsLayerwise: false } && Optimizer.Storage.State == StateFormat.Full && Optimizer.State.Count < Vectors<T>.MostStates;
        var tail = new StepTail(scale, Options.MaxValue ?? double.PositiveInfinity, isFused ? (nint)average : 0, share);
        Optimizer.StepCore(parameters, gradient, &tail);
        if (average is not null && !isFused)
        {
            var vectors = new Vectors<T> { Length = Optimizer.Length, P = average, G = parameters };
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
