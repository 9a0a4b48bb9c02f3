using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Blas;

/// <summary>The steps of <see cref="Muon"/>.</summary>
internal sealed unsafe class MuonOptimizer<T> : MatrixOptimizer<T, Muon>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // One for each segment that is no matrix, null for a matrix. They have no state but the count of their steps: m and v are this optimizer's.
    private readonly Optimizer<T, AdamW>?[] _adamW;
    private readonly NewtonSchulz<T> _newtonSchulz;

    public MuonOptimizer(ParameterLayout layout, Muon rule, LinearAlgebra algebra)
        : base(layout, rule, algebra)
    {
        _adamW = [.. layout.Segments.Select(segment => rule.IsMatrix(segment) ? null : Create(0, new AdamW(), Execution))];
        _newtonSchulz = new(algebra, layout.Segments.Where(segment => rule.IsMatrix(segment)));
    }

    private protected override void Step(double rate, double scale, T* parameters, T* gradient)
    {
        Muon rule = Rule;
        int state = 0;
        for (int i = 0; i < _adamW.Length; i++)
        {
            ParameterSegment segment = Layout.Segments[i];
            var vectors = new Vectors<T> { Length = segment.Length, P = parameters + segment.Start, G = gradient + segment.Start, S0 = State[state++].Pointer };
            if (_adamW[i] is { } adamW)
            {
                vectors.S1 = State[state++].Pointer;
                Set(adamW, rule, rate);
                var tail = new StepTail(scale);
                adamW.SweepOn(&vectors, &tail);
            }
            else
            {
                StepMatrix(rule, rate, scale, segment, vectors);
            }
        }
    }

    private static void Set(Optimizer<T, AdamW> adamW, Muon rule, double rate)
    {
        // A rate changes in every step and costs nothing; to change the rest is checked, which allocates.
        adamW.LearningRate = rate * rule.AdamRateFactor;
        AdamW wanted = adamW.Rule with { Beta1 = rule.AdamBeta1, Beta2 = rule.AdamBeta2, Epsilon = rule.AdamEpsilon, WeightDecay = rule.AdamWeightDecay };
        if (wanted != adamW.Rule)
        {
            adamW.Rule = wanted;
        }
    }

    private void StepMatrix(Muon rule, double rate, double scale, ParameterSegment segment, Vectors<T> vectors)
    {
        (nint rows, nint columns) = (segment.Shape[0], segment.Shape[1]);
        T* parameters = vectors.P;
        vectors.P = _newtonSchulz.Input;
        MeanStep mean = new(rule.Momentum, rule.Nesterov, scale);
        Execution.Sweep(ref mean, &vectors);

        double factor = rule.MatchRms ? 0.2 * Math.Sqrt(Math.Max(rows, columns)) : Math.Sqrt(Math.Max(1, (double)rows / columns));
        vectors.P = parameters;
        vectors.G = _newtonSchulz.Run(rows, columns, rule.Iterations, rule.Epsilon);
        DecayedStep descend = new(1 - (rate * rule.WeightDecay), rate * factor);
        Execution.Sweep(ref descend, &vectors);
    }

    private protected override void DisposeWork() => _newtonSchulz.Dispose();
}
