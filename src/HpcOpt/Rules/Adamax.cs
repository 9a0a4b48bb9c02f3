using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>Adamax: m ← β₁m + (1-β₁)g; u ← max(β₂u, |g| + ε); θ ← θ - η/(1-β₁ᵗ) · m/u.</summary>
/// <remarks>
/// Adam with the largest discounted |g| in place of the root mean square. Source: D. Kingma, J. Ba, "Adam: a method for stochastic
/// optimization", 2015, section 7.1; ε joins |g| as in PyTorch, so that a gradient of zeros divides by ε. State: m, u.
/// </remarks>
public record struct Adamax : IOptimizerRule
{
    /// <summary>η = 0.002, β₁ = 0.9, β₂ = 0.999, ε = 1e-8.</summary>
    public Adamax() { }

    /// <inheritdoc/>
    public readonly string Name => "adamax";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 2e-3;

    /// <summary>Weight β₁ of the past in the mean of gradients, in [0, 1).</summary>
    public double Beta1 { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>Decay β₂ of the largest gradient, in [0, 1).</summary>
    public double Beta2 { readonly get; set => field = Fraction.Check(value); } = 0.999;

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-8;

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<Adamax>[] Hyperparameters => [
        new(r => r.Beta1, (r, v) => r with { Beta1 = v }, Fraction), new(r => r.Beta2, (r, v) => r with { Beta2 = v }, Fraction),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("m"), new("u")];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> =>
        Regularization.RunCoupled<V, TSweep, Update<V>>(sweep, WeightDecay, Maximize, new(
            V.Create(-LearningRate / BiasCorrection.Of(Beta1, step.T)),
            V.Create(Beta1),
            V.Create(1 - Beta1),
            V.Create(Beta2),
            V.Create(Epsilon)));

    private readonly struct Update<V>(V minusRate, V beta1, V oneMinusBeta1, V beta2, V epsilon) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        public static StateTraits Traits => StateTraits.NonNegative1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(beta1, s0, oneMinusBeta1 * g);
            s1 = V.Max(beta2 * s1, V.Abs(g) + epsilon);
            p = V.MulAdd(minusRate, s0 / s1, p);
        }
    }
}
