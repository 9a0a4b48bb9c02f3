using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Blas;

/// <summary>
/// An optimizer that works on whole matrices. It steps like any other; unlike those it needs finite gradients, and checks all of them
/// before it writes anything.
/// </summary>
/// <remarks>
/// With the managed provider the bits do not depend on path or threads, with another one they are its own. A step allocates nothing itself.
/// What lies between the segments of the layout is neither read nor written.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TRule">The hyperparameters, whose <see cref="IMatrixRule.CreateOptimizer"/> makes the optimizer.</typeparam>
public abstract unsafe class MatrixOptimizer<T, TRule> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IMatrixRule
{
    // Sums of squares stay so far below the largest number that eigenvalues and their products do not overflow.
    private static readonly double LargestSquare = (typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue) * Math.ScaleB(1, -32);

    private TRule _rule;

    private protected MatrixOptimizer(ParameterLayout layout, TRule rule, LinearAlgebra algebra)
        : base(rule.Name, layout.Length, StateOf(rule, layout), algebra.Execution, needsFiniteGradient: true)
    {
        _rule = rule;
        Layout = layout;
        Algebra = algebra;
        Segments = [.. layout.Segments];
        Pass = new VectorPass<T>(algebra.Execution);
    }

    /// <inheritdoc/>
    public override ParameterLayout Layout { get; }

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

    /// <summary>Runs passes over vectors.</summary>
    private protected VectorPass<T> Pass { get; }

    /// <summary>Address of a state vector.</summary>
    private protected T* StatePointer(int index) => (T*)State[index].Pointer;

    /// <summary>Refuses a step whose squared gradient, added to a sum of squares so far, leaves the range of T.</summary>
    private protected static void CheckSquares(ParameterSegment segment, double norm, double sum)
    {
        if (!(sum + (norm * norm) <= LargestSquare))
        {
            throw NotFinite(
                segment, FormattableString.Invariant($"has the norm {norm:G3}, and its squares add up beyond {LargestSquare:G3}"));
        }
    }

    private static NotFiniteNumberException NotFinite(ParameterSegment segment, string what) =>
        new(
            $"The gradient of segment {segment} {what}. Parameters and state are as they were; lower the learning rate, "
            + "or clip the gradient.");

    private static IReadOnlyList<(StateVector Vector, nint Length)> StateOf(TRule rule, ParameterLayout layout) =>
        EqualityComparer<TRule>.Default.Equals(rule, default)
            ? throw new ArgumentException(
                $"default({typeof(TRule).Name}) holds no hyperparameters; write new {typeof(TRule).Name}().", nameof(rule))
            : rule.StateFor<T>(layout);
}
