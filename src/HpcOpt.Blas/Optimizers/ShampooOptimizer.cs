using System.Numerics;
using HpcOpt.Engine;

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

        KroneckerFactor<T> Factor(nint side, int order) => new(side, order, State[state++], State[state++]);
    }

    private protected override void Step(double rate, double scale, T* parameters, T* gradient)
    {
        foreach (Block block in _blocks)
        {
            double norm = Magnitude.Norm(gradient + block.Segment.Start, block.Segment.Length) * Math.Abs(scale);
            CheckSquares(block.Segment, norm, block.Left.Trace());
        }

        long t = StepCount + 1;
        Shampoo rule = Rule;
        bool hasNewRoots = t <= rule.RootInterval || t % rule.RootInterval == 0;
        foreach (Block block in _blocks)
        {
            Update(block, scale, gradient + block.Segment.Start, hasNewRoots, rule.Epsilon);
            T* direction = Precondition(block, scale, gradient + block.Segment.Start);
            Descend(block, rule, rate, parameters + block.Segment.Start, direction);
        }
    }

    private protected override void DisposeWork()
    {
        _half.Dispose();
        _direction.Dispose();
        _inverseRoot.Dispose();
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
        var vectors = new Vectors<T> { Length = block.Segment.Length, P = parameters, G = direction };
        double keep = 1 - (rate * rule.WeightDecay);
        if (block.Momentum is { } momentum)
        {
            vectors.S0 = momentum.Pointer;
            HeavyStep heavy = new(rule.Momentum, keep, rate);
            Execution.Sweep(ref heavy, &vectors);
        }
        else
        {
            DecayedStep plain = new(keep, rate);
            Execution.Sweep(ref plain, &vectors);
        }
    }

    /// <summary>A segment as a matrix, with its state.</summary>
    private sealed record Block(
        ParameterSegment Segment, nint Rows, nint Columns, KroneckerFactor<T> Left, KroneckerFactor<T>? Right, NativeVector<T>? Momentum);
}
