using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>
/// Applies an update rule to a vector of parameters, step by step. It owns the state vectors and the step counter;
/// parameters and gradient stay the caller's, and are never copied.
/// </summary>
/// <remarks>
/// <para>Results do not depend on path, threads, alignment or on how a vector is divided among optimizers: the same bits everywhere.</para>
/// <para>A step allocates nothing. An optimizer is used by one thread at a time; different ones run at the same time.</para>
/// </remarks>
/// <example>
/// <code>
/// using var theta = new NativeVector&lt;float&gt;(1_000_000);
/// using var gradient = new NativeVector&lt;float&gt;(theta.Length);
/// using var adamW = Optimizer&lt;float&gt;.Create(theta.Length, new AdamW { LearningRate = 1e-3 });
/// adamW.Step(theta, gradient);
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract unsafe partial class Optimizer<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private NativeVector<T>[] _state = [];
    private StoredVector[] _stored = [];

    /// <summary>An optimizer whose state vectors have the lengths given, zeros but for their initial values.</summary>
    private protected Optimizer(string name, nint length, IReadOnlyList<(StateVector Vector, nint Length)> state, Execution? execution)
        : this(name, length, [.. state.Select(entry => entry.Vector.Name)], cost: null, execution, storage: null) => Allocate(state);

    /// <summary>An optimizer whose state is yet to be allocated; <paramref name="cost"/> as for <see cref="Cost"/>.</summary>
    private protected Optimizer(string name, nint length, IReadOnlyList<string> stateNames, StepCost? cost, Execution? execution, Storage? storage)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"Precision {typeof(T).Name} is not supported; use Single or Double.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Name = name;
        Length = length;
        Cost = cost;
        Execution = execution ?? Execution.Default;
        StateNames = stateNames;
        Storage = Checked(storage ?? new Storage());
    }

    /// <summary>Name of the rule, for example <c>adamw</c>.</summary>
    public string Name { get; }

    /// <summary>Number of parameters.</summary>
    public nint Length { get; }

    /// <summary>Steps taken so far.</summary>
    public long StepCount { get; private set; }

    /// <summary>Learning rate η ≥ 0; may change between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public abstract double LearningRate { get; set; }

    /// <summary>Multiplies η by its factor of the step; null means 1 at every step. It may change between steps, and counts this optimizer's.</summary>
    public Schedule? Schedule { get; set; }

    /// <summary>The rate of the next step: η·f(t) with t = <see cref="StepCount"/> + 1 and f the <see cref="Schedule"/>.</summary>
    public double EffectiveLearningRate => LearningRate * (Schedule?.Factor(StepCount + 1) ?? 1);

    /// <summary>
    /// The state vectors: of a rule, those of its <see cref="IOptimizerRule.State"/> in that order, each as long as the parameters; of an
    /// optimizer that works on matrices, its own, of their own lengths. None where <see cref="Storage"/> keeps them in fewer bits. The optimizer owns them.
    /// </summary>
    public IReadOnlyList<NativeVector<T>> State => _state;

    /// <summary>The names of the state vectors, in the order of <see cref="StoredState"/>, each once; for example <c>m</c> and <c>v</c>.</summary>
    public IReadOnlyList<string> StateNames { get; }

    /// <summary>Where and how the steps run.</summary>
    public Execution Execution { get; }

    /// <summary>
    /// Bytes that a step reads and writes for each parameter, if parameters and gradient are in the precision of the arithmetic; null where a step
    /// is more than a sweep over them.
    /// </summary>
    public double? BytesPerParameter => BytesMoved(Arithmetic, Arithmetic);

    /// <summary>
    /// Whether the model is to be evaluated elsewhere than at θ, as averaging rules want it; see <see cref="WriteEvaluationPoint(NativeVector{T}, NativeVector{T})"/>.
    /// </summary>
    public virtual bool HasEvaluationPoint => false;

    /// <summary>An optimizer for <paramref name="length"/> parameters.</summary>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <param name="length">Number of parameters, from 0.</param>
    /// <param name="rule">The hyperparameters.</param>
    /// <param name="execution">Path and threads; none means <see cref="Execution.Default"/>.</param>
    /// <param name="storage">In how many bits the state is kept; none means in the precision of the arithmetic.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="rule"/> is <c>default</c>, which holds no hyperparameters, or <paramref name="storage"/> is not for this precision.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the state.</exception>
    public static Optimizer<T, TRule> Create<TRule>(nint length, TRule rule, Execution? execution = null, Storage? storage = null)
        where TRule : struct, IOptimizerRule => new(length, rule, execution, storage);

    /// <summary>An optimizer for the segments of a layout, some of them in groups with hyperparameters of their own; one step sweeps all.</summary>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <param name="layout">The segments; layer-wise rules take each as one layer.</param>
    /// <param name="rule">The hyperparameters of the segments that are in no group.</param>
    /// <param name="groups">The groups; their hyperparameters and frozen flags may change between steps.</param>
    /// <param name="execution">Path and threads; none means <see cref="Execution.Default"/>.</param>
    /// <param name="storage">In how many bits the state is kept; none means in the precision of the arithmetic.</param>
    /// <exception cref="ArgumentException">
    /// A rule is <c>default</c>, a group names an unknown segment or one of another group, two groups share a name, a group's rule needs other state, or
    /// <paramref name="storage"/> is not for this precision.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the state.</exception>
    public static Optimizer<T, TRule> Create<TRule>(
        ParameterLayout layout, TRule rule, IEnumerable<ParameterGroup<TRule>>? groups = null, Execution? execution = null, Storage? storage = null)
        where TRule : struct, IOptimizerRule
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new(layout, rule, [.. groups ?? []], execution, storage);
    }

    /// <summary>One step: θ and the state change, the gradient does not.</summary>
    /// <param name="parameters">θ, <see cref="Length"/> elements.</param>
    /// <param name="gradient">The gradient at θ, as long.</param>
    /// <exception cref="ArgumentException">A length differs from <see cref="Length"/>, or the vectors overlap without being the same.</exception>
    /// <exception cref="ObjectDisposedException">A vector or the optimizer is disposed.</exception>
    public void Step(NativeVector<T> parameters, NativeVector<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradient);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Guard.Length(gradient.Length, Length, nameof(gradient));
        StepCore(parameters.Pointer, gradient.Pointer, null);
        GC.KeepAlive(parameters);
        GC.KeepAlive(gradient);
    }

    /// <inheritdoc cref="Step(NativeVector{T}, NativeVector{T})"/>
    public void Step(Span<T> parameters, ReadOnlySpan<T> gradient)
    {
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Guard.Length(gradient.Length, Length, nameof(gradient));
        fixed (T* p = parameters, g = gradient)
        {
            StepCore(p, g, null);
        }
    }

    /// <inheritdoc cref="Step(NativeVector{T}, NativeVector{T})"/>
    /// <param name="parameters">Address of θ, aligned to its elements.</param>
    /// <param name="gradient">Address of the gradient at θ.</param>
    /// <param name="length">Number of elements of both.</param>
    public void Step(T* parameters, T* gradient, nint length)
    {
        Guard.Length(length, Length, nameof(length));
        Guard.NotNull(parameters, length, nameof(parameters));
        Guard.NotNull(gradient, length, nameof(gradient));
        StepCore(parameters, gradient, null);
    }

    /// <summary>One step with the accumulated gradient, whose mean is taken within the same pass; then the accumulator is empty again.</summary>
    /// <param name="parameters">θ, <see cref="Length"/> elements.</param>
    /// <param name="gradient">At least one micro-batch.</param>
    /// <exception cref="ArgumentException">A length differs from <see cref="Length"/>.</exception>
    /// <exception cref="InvalidOperationException">The accumulator is empty.</exception>
    /// <exception cref="ObjectDisposedException">A vector, the accumulator or the optimizer is disposed.</exception>
    public void Step(NativeVector<T> parameters, GradientAccumulator<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        StepAccumulated(parameters.Pointer, gradient);
        GC.KeepAlive(parameters);
    }

    /// <inheritdoc cref="Step(NativeVector{T}, GradientAccumulator{T})"/>
    public void Step(Span<T> parameters, GradientAccumulator<T> gradient)
    {
        Guard.Length(parameters.Length, Length, nameof(parameters));
        fixed (T* p = parameters)
        {
            StepAccumulated(p, gradient);
        }
    }

    /// <summary>Writes the parameters at which the model is to be evaluated: a copy of θ unless <see cref="HasEvaluationPoint"/>.</summary>
    /// <param name="parameters">θ, <see cref="Length"/> elements, as the last step left it.</param>
    /// <param name="destination">As long; <paramref name="parameters"/> itself only where training is over.</param>
    /// <exception cref="ArgumentException">A length differs from <see cref="Length"/>, or the vectors overlap without being the same.</exception>
    /// <exception cref="ObjectDisposedException">A vector or the optimizer is disposed.</exception>
    public void WriteEvaluationPoint(NativeVector<T> parameters, NativeVector<T> destination)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(destination);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Guard.Length(destination.Length, Length, nameof(destination));
        EvaluateCore(parameters.Pointer, destination.Pointer);
        GC.KeepAlive(parameters);
        GC.KeepAlive(destination);
    }

    /// <inheritdoc cref="WriteEvaluationPoint(NativeVector{T}, NativeVector{T})"/>
    public void WriteEvaluationPoint(ReadOnlySpan<T> parameters, Span<T> destination)
    {
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Guard.Length(destination.Length, Length, nameof(destination));
        fixed (T* p = parameters, d = destination)
        {
            EvaluateCore(p, d);
        }
    }

    /// <summary>Frees the state, and what memory the steps work in.</summary>
    public void Dispose()
    {
        DisposeWork();
        foreach (NativeVector<T> vector in _state)
        {
            vector.Dispose();
        }

        foreach (StoredVector vector in _stored)
        {
            vector.Dispose();
        }

        IsDisposed = true;
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// The next step on memory of the caller's, state included, and what joins it: for an optimizer that keeps a part of its state in another's, and for
    /// the law that nothing beside it is touched.
    /// </summary>
    internal void SweepOn(Vectors<T>* vectors, StepTail* tail = null) => Sweep(tail, vectors);

    /// <summary>What a step costs for each parameter; null as for <see cref="BytesPerParameter"/>.</summary>
    internal StepCost? Cost { get; }

    /// <summary>The ranges that the next step updates; the same object until that changes.</summary>
    internal virtual IReadOnlyCollection<SegmentRun> ActiveRuns => field ??= [new SegmentRun { End = Length }];

    private protected bool IsDisposed { get; private set; }

    /// <summary>The next step, and what joins it; null where nothing does.</summary>
    private protected abstract void Sweep(StepTail* tail, Vectors<T>* vectors);

    /// <summary>P ← the evaluation point of the parameters G; called only where <see cref="HasEvaluationPoint"/>.</summary>
    private protected virtual void Evaluate(Vectors<T>* vectors)
    {
    }

    /// <summary>Frees the memory that the steps work in; called by every <see cref="Dispose"/>.</summary>
    private protected virtual void DisposeWork()
    {
    }

    private void StepAccumulated(T* parameters, GradientAccumulator<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        Guard.Length(gradient.Length, Length, nameof(gradient));
        T* sum = gradient.Sum(out double scale);
        var tail = new StepTail(scale);
        StepCore(parameters, sum, &tail);
        gradient.Clear();
    }

    // Optimized at once, here and on the way to the loop: what a small step costs then depends neither on the number of steps before it nor on
    // what the profile of other vectors suggested to inline.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void StepCore(T* parameters, T* gradient, StepTail* tail)
    {
        if (IsStored)
        {
            StepStored(new(parameters, Arithmetic), hidden: null, new(gradient, Arithmetic), tail);
            return;
        }

        Vectors<T> vectors = Memory(parameters, gradient, nameof(gradient));
        _missed?.Settle(Execution, &vectors);
        if (tail is not null && tail->Average != 0)
        {
            (&vectors.S0)[_state.Length] = (T*)tail->Average;
        }

        Sweep(tail, &vectors);
        StepCount++;
        GC.KeepAlive(this);
    }

    private void EvaluateCore(T* parameters, T* destination)
    {
        Stored stored;
        Vectors<T> vectors = IsStored
            ? StoredMemory(new(destination, Arithmetic), hidden: null, new(parameters, Arithmetic), &stored)
            : Memory(destination, parameters, nameof(parameters));
        if (parameters != destination)
        {
            Buffer.MemoryCopy(parameters, destination, Length * sizeof(T), Length * sizeof(T));
            Vectors<T> copy = new() { P = destination };
            _missed?.WriteSettled(Execution, &copy);
        }
        else
        {
            _missed?.Settle(Execution, &vectors);
        }

        if (HasEvaluationPoint)
        {
            Evaluate(&vectors);
        }

        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vectors<T> Memory(T* parameters, T* gradient, string nameOfGradient)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Guard.SameOrDisjoint(parameters, gradient, Length, nameof(parameters), nameOfGradient);
        var vectors = new Vectors<T> { Length = Length, P = parameters, G = gradient };
        T** state = &vectors.S0;
        for (int i = 0; i < _state.Length; i++)
        {
            T* own = _state[i].Pointer;
            Guard.Disjoint(parameters, Length, own, _state[i].Length, nameof(parameters), "the optimizer's state");
            Guard.Disjoint(gradient, Length, own, _state[i].Length, nameOfGradient, "the optimizer's state");
            if (i < Vectors<T>.MostStates)
            {
                state[i] = own;
            }
        }

        return vectors;
    }
}
