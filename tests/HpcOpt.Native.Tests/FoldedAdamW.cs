using HpcOpt.Engine;
using HpcOpt.Interop;

namespace HpcOpt.Native.Tests;

/// <summary>The constants of one step, folded as the managed rule folds them.</summary>
internal static class FoldedAdamW
{
    public static hpc_adamw Of(AdamW rule, long t)
    {
        double c1 = BiasCorrection.Of(rule.Beta1, t), rootC2 = Math.Sqrt(BiasCorrection.Of(rule.Beta2, t));
        return new()
        {
            keep = 1 - (rule.LearningRate * rule.WeightDecay),
            minus_rate = -rule.LearningRate * rootC2 / c1,
            beta1 = rule.Beta1,
            one_minus_beta1 = 1 - rule.Beta1,
            beta2 = rule.Beta2,
            one_minus_beta2 = 1 - rule.Beta2,
            epsilon = rule.Epsilon * rootC2,
        };
    }
}
