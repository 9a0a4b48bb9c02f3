using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>
/// RAdam, Adam with a rectified variance: θ ← θ - η r m̂ / (√v + ε)·√(1-β₂ᵗ) where ρₜ > 5, else θ ← θ - η m̂, with m, v, m̂
/// as in <see cref="Adam"/>.
/// </summary>
/// <remarks>
/// ρ∞ = 2/(1-β₂) - 1, ρₜ = ρ∞ - 2tβ₂ᵗ/(1-β₂ᵗ), r = √((ρₜ-4)(ρₜ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρₜ)): few gradients say little of v, so the first
/// steps do not divide by it. Source: L. Liu et al., "On the variance of the adaptive learning rate and beyond", 2020; ε joins √v before
/// the bias correction, as in PyTorch. State: m, v.
/// </remarks>
public record struct RAdam : IOptimizerRule
{
    /// <summary>η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8.</summary>
    public RAdam() { }

    /// <inheritdoc/>
    public readonly string Name => "radam";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 1e-3;

    /// <summary>Weight β₁ of the past in the mean of gradients, in [0, 1).</summary>
    public double Beta1 { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>Weight β₂ of the past in the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { readonly get; set => field = Fraction.Check(value); } = 0.999;

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-8;

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<RAdam>[] Hyperparameters => [
        new(r => r.Beta1, (r, v) => r with { Beta1 = v }, Fraction), new(r => r.Beta2, (r, v) => r with { Beta2 = v }, Fraction),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("m"), new("v")];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        double c2 = BiasCorrection.Of(Beta2, step.T);
        double longest = (2 / (1 - Beta2)) - 1;
        double length = longest - (2 * step.T * (1 - c2) / c2);
        bool isAdaptive = length > 5;
        double rectified = isAdaptive
            ? Math.Sqrt(c2 * (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
            : 1;
        Regularization.RunCoupled<V, TSweep, Update<V>>(sweep, WeightDecay, Maximize, new(
            V.Create(-LearningRate * rectified / BiasCorrection.Of(Beta1, step.T)),
            V.Create(Beta1),
            V.Create(1 - Beta1),
            V.Create(Beta2),
            V.Create(1 - Beta2),
            V.Create(isAdaptive ? 1 : 0),
            V.Create(isAdaptive ? Epsilon : 1)));
    }

    // The denominator is slope · √v + offset: √v + ε, or 1.
    private readonly struct Update<V>(V minusRate, V beta1, V oneMinusBeta1, V beta2, V oneMinusBeta2, V slope, V offset) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        public static StateTraits Traits => StateTraits.NonNegative1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(beta1, s0, oneMinusBeta1 * g);
            s1 = V.MulAdd(beta2, s1, oneMinusBeta2 * g * g);
            p = V.MulAdd(minusRate, s0 / V.MulAdd(slope, V.Sqrt(s1), offset), p);
        }
    }
}
