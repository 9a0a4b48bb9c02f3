using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>
/// AdaBelief: m ← β₁m + (1-β₁)g; s ← β₂s + (1-β₂)(g - m)² + ε; θ ← (1 - ηλ)θ - η m̂ / (√ŝ + ε), where m̂ = m/(1-β₁ᵗ) and ŝ = s/(1-β₂ᵗ).
/// </summary>
/// <remarks>
/// Steps are long where the gradient is what its mean foretold, and short where it is not. Source: J. Zhuang et al., "AdaBelief
/// optimizer: adapting stepsizes by the belief in observed gradients", 2020. State: m, s.
/// </remarks>
public record struct AdaBelief : IOptimizerRule
{
    /// <summary>η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-16, λ = 0.</summary>
    public AdaBelief() { }

    /// <inheritdoc/>
    public readonly string Name => "adabelief";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 1e-3;

    /// <summary>Weight β₁ of the past in the mean of gradients, in [0, 1).</summary>
    public double Beta1 { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>Weight β₂ of the past in the mean of squared surprises, in [0, 1).</summary>
    public double Beta2 { readonly get; set => field = Fraction.Check(value); } = 0.999;

    /// <summary>ε ≥ 0, added to s in each step and to its root.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-16;

    /// <summary>Decoupled weight decay λ ≥ 0: each step takes the fraction ηλ of θ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<AdaBelief>[] Hyperparameters => [
        new(r => r.Beta1, (r, v) => r with { Beta1 = v }, Fraction), new(r => r.Beta2, (r, v) => r with { Beta2 = v }, Fraction),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("m"), new("s")];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        double rootC2 = Math.Sqrt(BiasCorrection.Of(Beta2, step.T));
        Regularization.RunDecoupled<V, TSweep, Update<V>>(sweep, LearningRate, WeightDecay, Maximize, new(
            V.Create(-LearningRate * rootC2 / BiasCorrection.Of(Beta1, step.T)),
            V.Create(Beta1),
            V.Create(1 - Beta1),
            V.Create(Beta2),
            V.Create(1 - Beta2),
            V.Create(Epsilon),
            V.Create(Epsilon * rootC2)));
    }

    private readonly struct Update<V>(V minusRate, V beta1, V oneMinusBeta1, V beta2, V oneMinusBeta2, V epsilon, V outside) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        public static StateTraits Traits => StateTraits.NonNegative1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(beta1, s0, oneMinusBeta1 * g);
            V surprise = g - s0;
            s1 = V.MulAdd(beta2, s1, V.MulAdd(oneMinusBeta2 * surprise, surprise, epsilon));
            p = V.MulAdd(minusRate, s0 / (V.Sqrt(s1) + outside), p);
        }
    }
}
