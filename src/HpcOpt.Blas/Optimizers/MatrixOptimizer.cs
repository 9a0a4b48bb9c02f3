using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Blas;

/// <summary>
/// An optimizer that works on whole matrices. It steps like any other; unlike those it needs finite gradients, and looks at all of them before
/// it writes anything.
/// </summary>
/// <remarks>
/// With the managed provider the bits do not depend on path or threads, with another one they are its own. A step allocates nothing itself. What
/// lies between the segments of the layout is neither read nor written.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TRule">The hyperparameters, whose <see cref="IMatrixRule.CreateOptimizer"/> makes the optimizer.</typeparam>
public abstract unsafe class MatrixOptimizer<T, TRule> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IMatrixRule
{
    // Sums of squares stay so far below the largest number that eigenvalues and their products do not overflow.
    private static readonly double LargestSquare = (typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue) * Math.ScaleB(1, -32);

    private readonly SegmentRun[] _runs;
    private TRule _rule;

    private protected MatrixOptimizer(ParameterLayout layout, TRule rule, LinearAlgebra algebra)
        : base(rule.Name, layout.Length, StateOf(rule, layout), algebra.Execution)
    {
        _rule = rule;
        Layout = layout;
        Algebra = algebra;
        Segments = [.. layout.Segments];
        _runs = [.. layout.Segments.Select(segment => new SegmentRun { Start = segment.Start, End = segment.End })];
    }

    /// <summary>The segments.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>What computes the products and eigenvalues.</summary>
    public LinearAlgebra Algebra { get; }

    /// <summary>The hyperparameters; they may change between steps as long as they need the same state.</summary>
    /// <exception cref="ArgumentException">The new hyperparameters need other state, or are <c>default</c>.</exception>
    public TRule Rule
    {
        get => _rule;
        set => _rule = StateOf(value, Layout).SequenceEqual(StateOf(_rule, Layout))
            ? value
            : throw new ArgumentException($"{value} needs other state than {_rule}; create a new optimizer.", nameof(value));
    }

    /// <inheritdoc/>
    public override double LearningRate
    {
        get => _rule.LearningRate;
        set => _rule.LearningRate = value;
    }

    /// <summary>Those of <see cref="Layout"/>, which an array lists without allocating.</summary>
    private protected ParameterSegment[] Segments { get; }

    /// <summary>The next step of θ, all of whose gradient is finite; it may still refuse, before it writes.</summary>
    /// <param name="rate">η of the step.</param>
    /// <param name="scale">What the gradient is multiplied with.</param>
    /// <param name="parameters">θ.</param>
    /// <param name="gradient">g.</param>
    private protected abstract void Step(double rate, double scale, T* parameters, T* gradient);

    /// <inheritdoc/>
    internal override IReadOnlyCollection<SegmentRun> ActiveRuns => _runs;

    private protected sealed override void Sweep(StepTail* tail, Vectors<T>* vectors)
    {
        double scale = tail is null ? 1 : tail->Scale;
        foreach (ParameterSegment segment in Segments)
        {
            if (!double.IsFinite(Magnitude.Largest(vectors->G + segment.Start, segment.Length) * Math.Abs(scale)))
            {
                throw NotFinite(segment, "holds a number that is not finite");
            }
        }

        Step(EffectiveLearningRate, scale, vectors->P, vectors->G);
    }

    /// <summary>Refuses a step whose squared gradient, added to a sum of squares so far, leaves the range of T.</summary>
    private protected static void CheckSquares(ParameterSegment segment, double norm, double sum)
    {
        if (!(sum + (norm * norm) <= LargestSquare))
        {
            throw NotFinite(segment, FormattableString.Invariant($"has the norm {norm:G3}, and its squares add up beyond {LargestSquare:G3}"));
        }
    }

    private static NotFiniteNumberException NotFinite(ParameterSegment segment, string what) =>
        new($"The gradient of segment {segment} {what}. Parameters and state are as they were; lower the learning rate, or clip the gradient.");

    private static IReadOnlyList<(StateVector Vector, nint Length)> StateOf(TRule rule, ParameterLayout layout) =>
        EqualityComparer<TRule>.Default.Equals(rule, default)
            ? throw new ArgumentException($"default({typeof(TRule).Name}) holds no hyperparameters; write new {typeof(TRule).Name}().", nameof(rule))
            : rule.StateFor<T>(layout);
}
