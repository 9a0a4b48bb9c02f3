using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Formats;

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
public abstract unsafe partial class Optimizer<T> : IDisposable, IStateful
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Streams[] _memory = GC.AllocateArray<Streams>(1, pinned: true);
    private StateView[] _state = [];
    private readonly bool _isStored;
    private long _stepCount;

    /// <summary>A custom optimizer. Its state vectors are of type <typeparamref name="T"/> and begin at their initial values.</summary>
    /// <param name="name">Name in reports and files.</param>
    /// <param name="length">Number of parameters, from 0.</param>
    /// <param name="state">The state vectors with their lengths.</param>
    /// <param name="execution">Path and threads; none means <see cref="Execution.Default"/>.</param>
    /// <param name="needsFiniteGradient">
    /// Whether it needs finite gradients: then a step checks all elements first, and throws <see cref="NotFiniteNumberException"/> unless
    /// <see cref="Options"/> say to skip.
    /// </param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not <see cref="float"/> or <see cref="double"/>.</exception>
    protected Optimizer(string name, nint length, IReadOnlyList<(StateVector Vector, nint Length)> state, Execution? execution,
        bool needsFiniteGradient = false)
        : this(name, length, cost: null, execution, storage: null)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_needsFiniteGradient, _measures) = (needsFiniteGradient, needsFiniteGradient);
        _state = new StateView[state.Count];
        for (int i = 0; i < _state.Length; i++)
        {
            (StateVector vector, nint elements) = state[i];
            _state[i] = new StateView(vector.Name, Arithmetic, elements, scales: 0, Execution);
            if (vector.Initial != 0)
            {
                _state[i].Fill(0, elements, 0, vector.Initial);
            }
        }

        _own = _state;
    }

    /// <summary>An optimizer whose state is yet to be allocated; <paramref name="cost"/> as for <see cref="Cost"/>.</summary>
    private protected Optimizer(string name, nint length, StepCost? cost, Execution? execution, Storage? storage)
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
        Storage = Checked(storage ?? new Storage());
        _isStored = Storage.State != StateFormat.Full;
        _deferred = new DeferredDecay<T>(length);
        Memory = (Streams*)Unsafe.AsPointer(ref _memory[0]);
    }

    /// <summary>Name of the rule, for example <c>adamw</c>.</summary>
    public string Name { get; }

    /// <summary>Number of parameters.</summary>
    public nint Length { get; }

    /// <summary>Steps taken so far.</summary>
    public long StepCount => _stepCount;

    /// <summary>Learning rate η ≥ 0; may change between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public abstract double LearningRate { get; set; }

    /// <summary>Multiplies η by its factor; null means 1. It may change between steps, and counts this optimizer's steps.</summary>
    public Schedule? Schedule { get; set; }

    /// <summary>The rate of the next step: η·f(t) with t = <see cref="StepCount"/> + 1 and f the <see cref="Schedule"/>.</summary>
    public double EffectiveLearningRate => LearningRate * NextFactor();

    /// <summary>How state and parameters are stored, and how they are rounded.</summary>
    public Storage Storage { get; }

    /// <summary>
    /// The state vectors: of a rule, those of its <see cref="IOptimizerRule.State"/> in that order, each as long as the parameters; of an
    /// optimizer that works on matrices, its own, of their own lengths. The optimizer owns them.
    /// </summary>
    public IReadOnlyList<StateView> State => _state;

    /// <summary>Where and how the steps run.</summary>
    public Execution Execution { get; }

    /// <summary>
    /// Bytes that a step reads and writes for each parameter, if parameters and gradient are in the precision of the arithmetic; null where
    /// a step is more than a pass over them.
    /// </summary>
    public double? BytesPerParameter => BytesMoved(Arithmetic, Arithmetic);

    /// <summary>
    /// Whether the model is to be evaluated elsewhere than at θ, as averaging rules want it; see <see cref="WriteEvaluationPoint"/>.
    /// </summary>
    public virtual bool HasEvaluationPoint => false;

    internal static NumberFormat Arithmetic => Operand<T>.Arithmetic;

    /// <summary>What a step costs for each parameter; null as for <see cref="BytesPerParameter"/>.</summary>
    public StepCost? Cost { get; }

    /// <summary>The ranges of the segments, and the passes over them.</summary>
    internal virtual GroupRanges Ranges => field ??= Layout is null
        ? new GroupRanges(Length, sizeof(T), isLayerwise: false, hasScales: false)
        : new GroupRanges([.. Layout.Segments.Select(segment => new SegmentRange { Start = segment.Start, End = segment.End })], 1,
            sizeof(T), isLayerwise: false, hasScales: false);

    /// <summary>Whether state has scales, so that blocks of 256 parameters are not divided.</summary>
    private protected bool HasScales { get; private set; }

    /// <summary>The memory of the step that is under way.</summary>
    private protected Streams* Memory { get; }

    private protected bool IsDisposed { get; private set; }

    /// <summary>An optimizer for <paramref name="length"/> parameters.</summary>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <param name="length">Number of parameters, from 0.</param>
    /// <param name="rule">The hyperparameters.</param>
    /// <param name="execution">Path and threads; none means <see cref="Execution.Default"/>.</param>
    /// <param name="storage">How the state is stored; none means in the precision of the arithmetic.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="rule"/> is <c>default</c>, which holds no hyperparameters, or <paramref name="storage"/> is not for this precision.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the state.</exception>
    public static Optimizer<T, TRule> Create<TRule>(nint length, TRule rule, Execution? execution = null, Storage? storage = null)
        where TRule : struct, IOptimizerRule => new(length, rule, execution, storage);

    /// <summary>An optimizer for the segments of a layout, in groups with hyperparameters of their own. One step updates all.</summary>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <param name="layout">The segments; layer-wise rules take each as one layer.</param>
    /// <param name="rule">The hyperparameters of the segments that are in no group.</param>
    /// <param name="groups">The groups; their hyperparameters and frozen flags may change between steps.</param>
    /// <param name="execution">Path and threads; none means <see cref="Execution.Default"/>.</param>
    /// <param name="storage">How the state is stored; none means in the precision of the arithmetic.</param>
    /// <exception cref="ArgumentException">
    /// A rule is <c>default</c>, a group names an unknown segment or one of another group, two groups share a name, a group's rule needs
    /// other state, or <paramref name="storage"/> is not for this precision.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the state.</exception>
    public static Optimizer<T, TRule> Create<TRule>(
        ParameterLayout layout, TRule rule, IEnumerable<ParameterGroup<TRule>>? groups = null, Execution? execution = null,
        Storage? storage = null)
        where TRule : struct, IOptimizerRule
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new(layout, rule, [.. groups ?? []], execution, storage);
    }

    /// <summary>Bytes that a step reads and writes for each parameter; null where a step is more than a pass over them.</summary>
    /// <param name="parameters">Format of the parameters.</param>
    /// <param name="gradient">How the gradient does.</param>
    public double? BytesMoved(NumberFormat parameters, NumberFormat gradient) =>
        Cost?.Bytes(parameters, gradient, _state.Select(vector => vector.Format));

    /// <summary>Frees the state, and what memory the steps work in.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public virtual void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        visitor.Fixed("rule", Name);
        visitor.Fixed("parameters", FormattableString.Invariant($"{Length} × {Arithmetic}"));
        visitor.Fixed("layout", Layout?.ToString() ?? "");
        visitor.Fixed("storage", Storage.State.ToString());
        visitor.Integer("steps", ref _stepCount);
        foreach (StateView vector in _state)
        {
            vector.Visit(visitor, $"state.{vector.Name}");
        }

        visitor.Within("deferred", _deferred);
        VisitPipeline(visitor);
        visitor.Within("schedule", Schedule as IStateful);
    }

    /// <summary>Frees the memory.</summary>
    /// <param name="disposing">True: there are no finalizers.</param>
    protected virtual void Dispose(bool disposing)
    {
        foreach (StateView vector in _state)
        {
            vector.Dispose();
        }

        DisposePipeline();
        IsDisposed = true;
    }

    /// <summary>Allocates the state of a rule; <paramref name="scales"/> belong to each vector that has any.</summary>
    private protected void Allocate(StateVector[] layout, nint scales)
    {
        _state = new StateView[layout.Length];
        for (int i = 0; i < layout.Length; i++)
        {
            _state[i] = new StateView(layout[i].Name, FormatOfState(i), Length, scales, Execution);
            *Streams.StateOf(Memory, i) = _state[i].Numbers;
            HasScales |= _state[i].Format.HasScales();
        }

        (Memory->Length, Memory->State, _own) = (Length, Storage.State, _state);
    }

    private static Storage Checked(Storage storage)
    {
        if (!Enum.IsDefined(storage.State) || !Enum.IsDefined(storage.Rounding))
        {
            throw new ArgumentException(
                $"{storage} holds a value that is none of its type; use those of StateFormat and Rounding.", nameof(storage));
        }

        if (storage.State != StateFormat.Full && typeof(T) != typeof(float))
        {
            throw new ArgumentException(
                $"State in {storage.State} is for Optimizer<float>, whose arithmetic it rounds; this one computes in double.",
                nameof(storage));
        }

        return storage.State == StateFormat.Float8 && storage.FirstIndex % Float8.BlockLength != 0
            ? throw new ArgumentException(
                $"FirstIndex is {storage.FirstIndex}; with Float8 it must be a multiple of {Float8.BlockLength}, where a block begins.",
                nameof(storage))
            : storage;
    }

    private NumberFormat FormatOfState(int vector)
    {
        bool Has(StateTraits ofFirst) => ((int)Cost!.Value.Traits >> vector & (int)ofFirst) != 0;
        return Storage.State == StateFormat.Full || Has(StateTraits.Parameters0) ? Arithmetic
            : Storage.State == StateFormat.BFloat16 ? NumberFormat.BFloat16
            : Has(StateTraits.NonNegative0) ? NumberFormat.UnsignedFloat8
            : NumberFormat.SignedFloat8;
    }
}
