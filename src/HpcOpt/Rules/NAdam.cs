using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>
/// NAdam, Adam with Nesterov's momentum: m, v as in <see cref="Adam"/>; θ ← θ - η (μₜ₊₁ m/(1-Πₜ₊₁) + (1-μₜ) g/(1-Πₜ)) / (√v̂ + ε).
/// </summary>
/// <remarks>
/// μₜ = β₁(1 - ½·0.96^(tψ)) is the momentum of step t, Πₜ = μ₁…μₜ and v̂ = v/(1-β₂ᵗ). Source: T. Dozat, "Incorporating Nesterov
/// momentum into Adam", 2016, with PyTorch's defaults. State: m, v, and the number Π.
/// </remarks>
public record struct NAdam : IOptimizerRule
{
    /// <summary>η = 0.002, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, ψ = 0.004.</summary>
    public NAdam() { }

    /// <inheritdoc/>
    public readonly string Name => "nadam";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 2e-3;

    /// <summary>Weight β₁ of the past in the mean of gradients, in [0, 1).</summary>
    public double Beta1 { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>Weight β₂ of the past in the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { readonly get; set => field = Fraction.Check(value); } = 0.999;

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-8;

    /// <summary>Growth ψ ≥ 0 of the momentum from ½β₁ towards β₁.</summary>
    public double MomentumDecay { readonly get; set => field = NotNegative.Check(value); } = 4e-3;

    /// <summary>Let μₜ enter Πₜ₊₁ twice, an oversight of PyTorch 1.13 that runs recorded with it contain.</summary>
    public bool RepeatMomentum { readonly get; set; }

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<NAdam>[] Hyperparameters => [
        new(r => r.Beta1, (r, v) => r with { Beta1 = v }, Fraction), new(r => r.Beta2, (r, v) => r with { Beta2 = v }, Fraction),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.MomentumDecay, (r, v) => r with { MomentumDecay = v }, NotNegative),
        new(r => r.RepeatMomentum, (r, v) => r with { RepeatMomentum = v }),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("m"), new("v")];

    /// <inheritdoc/>
    public readonly StateScalar[] Scalars => [new("momentumProduct", 1)];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        double momentum = Momentum(step.T);
        double next = Momentum(step.T + 1);
        double product = step.Scalars[0] *= momentum;
        double nextProduct = product * next * (RepeatMomentum ? momentum : 1);
        double rootC2 = Math.Sqrt(BiasCorrection.Of(Beta2, step.T));
        Regularization.RunCoupled<V, TSweep, Update<V>>(sweep, WeightDecay, Maximize, new(
            V.Create(Beta1),
            V.Create(1 - Beta1),
            V.Create(Beta2),
            V.Create(1 - Beta2),
            V.Create(-LearningRate * rootC2 * next / (1 - nextProduct)),
            V.Create(-LearningRate * rootC2 * (1 - momentum) / (1 - product)),
            V.Create(Epsilon * rootC2)));
    }

    private readonly double Momentum(long t) => Beta1 * (1 - (0.5 * PortableMath.Pow(0.96, t * MomentumDecay)));

    private readonly struct Update<V>(V beta1, V oneMinusBeta1, V beta2, V oneMinusBeta2, V ofMean, V ofGradient, V epsilon) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        public static StateTraits Traits => StateTraits.NonNegative1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(beta1, s0, oneMinusBeta1 * g);
            s1 = V.MulAdd(beta2, s1, oneMinusBeta2 * g * g);
            p += V.MulAdd(ofMean, s0, ofGradient * g) / (V.Sqrt(s1) + epsilon);
        }
    }
}
