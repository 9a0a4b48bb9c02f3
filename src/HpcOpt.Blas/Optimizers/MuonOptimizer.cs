using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Blas;

/// <summary>The steps of <see cref="Muon"/>.</summary>
internal sealed unsafe class MuonOptimizer<T> : MatrixOptimizer<T, Muon>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NewtonSchulz<T> _newtonSchulz;

    public MuonOptimizer(ParameterLayout layout, Muon rule, LinearAlgebra algebra)
        : base(layout, rule, algebra)
    {
        _newtonSchulz = new(algebra, Pass, layout.Segments.Where(segment => rule.IsMatrix(segment)));
    }

    /// <inheritdoc/>
    protected override void Update(in StepContext<T> step)
    {
        Muon rule = Rule;
        double rate = rule.LearningRate * step.RateFactor;
        AdamW adamW = new()
        {
            LearningRate = rate * rule.AdamRateFactor,
            Beta1 = rule.AdamBeta1,
            Beta2 = rule.AdamBeta2,
            Epsilon = rule.AdamEpsilon,
            WeightDecay = rule.AdamWeightDecay,
        };
        int state = 0;
        for (int i = 0; i < Segments.Length; i++)
        {
            ParameterSegment segment = Segments[i];
            T* parameters = step.ParametersOf(segment, i), gradient = step.GradientOf(segment, i), first = StatePointer(state++);
            if (rule.IsMatrix(segment))
            {
                if (gradient != null)
                {
                    StepMatrix(rule, rate, step.GradientScale, segment, parameters, gradient, first);
                }
            }
            else
            {
                T* second = StatePointer(state++);
                if (gradient != null)
                {
                    Pass.Run(new RulePass<AdamW>(adamW, step.Number, step.GradientScale), segment.Length, parameters,
                        gradient, first, second);
                }
            }
        }
    }

    private void StepMatrix(Muon rule, double rate, double scale, ParameterSegment segment, T* parameters, T* gradient, T* momentum)
    {
        (nint rows, nint columns) = (segment.Shape[0], segment.Shape[1]);
        Pass.Run(new MeanPass(rule.Momentum, rule.Nesterov, scale), segment.Length, _newtonSchulz.Input, gradient, momentum);
        double factor = rule.MatchRms ? 0.2 * Math.Sqrt(Math.Max(rows, columns)) : Math.Sqrt(Math.Max(1, (double)rows / columns));
        T* direction = _newtonSchulz.Run(rows, columns, rule.Iterations, rule.Epsilon);
        Pass.Run(new DecayedPass(1 - (rate * rule.WeightDecay), rate * factor), segment.Length, parameters, direction);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _newtonSchulz.Dispose();
        base.Dispose(disposing);
    }
}
