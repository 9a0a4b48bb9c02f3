using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>The steps of <see cref="Shampoo"/>.</summary>
internal sealed unsafe class ShampooOptimizer<T> : MatrixOptimizer<T, Shampoo>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Block[] _blocks;
    private readonly InverseRoot _inverseRoot;
    private readonly NativeVector<T> _half;
    private readonly NativeVector<T> _direction;

    public ShampooOptimizer(ParameterLayout layout, Shampoo rule, LinearAlgebra algebra)
        : base(layout, rule, algebra)
    {
        _blocks = new Block[Segments.Length];
        int state = 0;
        for (int i = 0; i < Segments.Length; i++)
        {
            ParameterSegment segment = Segments[i];
            nint rows = segment.Shape[0], columns = segment.Length / rows;
            bool isVector = segment.Shape.Count == 1;
            KroneckerFactor<T> left = Factor(rows, order: isVector ? 2 : 4);
            KroneckerFactor<T>? right = isVector ? null : Factor(columns, order: 4);
            _blocks[i] = new(segment, rows, columns, left, right, rule.Momentum > 0 ? State[state++] : null);
        }

        nint largest = Segments.Max(segment => segment.Length);
        _half = new(largest, Execution);
        _direction = new(largest, Execution);
        _inverseRoot = new(algebra, _blocks.Max(block => nint.Max(block.Left.WholeSide, block.Right?.WholeSide ?? 0)));

        KroneckerFactor<T> Factor(nint side, int order) => new(side, order, State[state++], State[state++], Pass);
    }

    /// <inheritdoc/>
    protected override void Update(in StepContext<T> step)
    {
        double scale = step.GradientScale;
        for (int i = 0; i < _blocks.Length; i++)
        {
            T* gradient = step.GradientOf(Segments[i], i);
            if (gradient != null)
            {
                CheckSquares(Segments[i], Magnitude.Norm(gradient, Segments[i].Length) * Math.Abs(scale), _blocks[i].Left.Trace());
            }
        }

        Shampoo rule = Rule;
        double rate = rule.LearningRate * step.RateFactor;
        bool hasNewRoots = step.Number <= rule.RootInterval || step.Number % rule.RootInterval == 0;
        for (int i = 0; i < _blocks.Length; i++)
        {
            T* gradient = step.GradientOf(Segments[i], i);
            if (gradient != null)
            {
                Update(_blocks[i], scale, gradient, hasNewRoots, rule.Epsilon);
                Descend(_blocks[i], rule, rate, step.ParametersOf(Segments[i], i), Precondition(_blocks[i], scale, gradient));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _half.Dispose();
        _direction.Dispose();
        _inverseRoot.Dispose();
        base.Dispose(disposing);
    }

    // L ← L + s²GGᵀ, R ← R + s²GᵀG
    private void Update(Block block, double scale, T* gradient, bool hasNewRoots, double epsilon)
    {
        block.Left.Add(Algebra, scale, gradient, block.Rows, block.Columns, transposed: false);
        block.Right?.Add(Algebra, scale, gradient, block.Rows, block.Columns, transposed: true);
        if (hasNewRoots)
        {
            block.Left.FindRoot(_inverseRoot, epsilon);
            block.Right?.FindRoot(_inverseRoot, epsilon);
        }
    }

    // (L + εI)^(-1/4) sG (R + εI)^(-1/4), of a vector (L + εI)^(-1/2) sG
    private T* Precondition(Block block, double scale, T* gradient)
    {
        block.Left.MultiplyLeft(Algebra, scale, gradient, _half.Pointer, block.Columns);
        if (block.Right is null)
        {
            return _half.Pointer;
        }

        block.Right.MultiplyRight(Algebra, _half.Pointer, _direction.Pointer, block.Rows);
        return _direction.Pointer;
    }

    private void Descend(Block block, Shampoo rule, double rate, T* parameters, T* direction)
    {
        double keep = 1 - (rate * rule.WeightDecay);
        if (block.Momentum is { } momentum)
        {
            Pass.Run(new HeavyPass(rule.Momentum, keep, rate), block.Segment.Length, parameters, direction, (T*)momentum.Pointer);
        }
        else
        {
            Pass.Run(new DecayedPass(keep, rate), block.Segment.Length, parameters, direction);
        }
    }

    /// <summary>A segment as a matrix, with its state.</summary>
    private sealed record Block(
        ParameterSegment Segment, nint Rows, nint Columns, KroneckerFactor<T> Left, KroneckerFactor<T>? Right, StateView? Momentum);
}
