using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>
/// Adan: m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)d; n ← β₃n + (1-β₃)(g + β₂d)²; θ ← (θ - η(m̂ + β₂v̂)/(√n̂ + ε)) / (1 + ηλ),
/// where d = g - g of the step before.
/// </summary>
/// <remarks>
/// d is 0 in the first step, and each mean is divided by 1-βᵗ of its own β, the weight of the past (the paper writes 1-β for it).
/// Source: X. Xie et al., "Adan: adaptive Nesterov momentum algorithm for faster optimizing deep models", 2022. State: m, v, n, the last g.
/// In cache, with ten loads and stores, a division and a square root a vector, it takes twice as long as the moves alone: at 16,384
/// parameters, AVX2 on Zen 3.
/// </remarks>
public record struct Adan : IOptimizerRule
{
    /// <summary>η = 0.001, β₁ = 0.98, β₂ = 0.92, β₃ = 0.99, ε = 1e-8, λ = 0.</summary>
    public Adan() { }

    /// <inheritdoc/>
    public readonly string Name => "adan";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 1e-3;

    /// <summary>Weight β₁ of the past in the mean of gradients, in [0, 1).</summary>
    public double Beta1 { readonly get; set => field = Fraction.Check(value); } = 0.98;

    /// <summary>Weight β₂ of the past in the mean of differences, in [0, 1).</summary>
    public double Beta2 { readonly get; set => field = Fraction.Check(value); } = 0.92;

    /// <summary>Weight β₃ of the past in the mean of squares, in [0, 1).</summary>
    public double Beta3 { readonly get; set => field = Fraction.Check(value); } = 0.99;

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-8;

    /// <summary>Proximal weight decay λ ≥ 0: each step divides θ by 1 + ηλ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<Adan>[] Hyperparameters => [
        new(r => r.Beta1, (r, v) => r with { Beta1 = v }, Fraction), new(r => r.Beta2, (r, v) => r with { Beta2 = v }, Fraction),
        new(r => r.Beta3, (r, v) => r with { Beta3 = v }, Fraction), new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("m"), new("v"), new("n"), new("lastGradient")];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        double rootC3 = Math.Sqrt(BiasCorrection.Of(Beta3, step.T));
        double shrink = 1 / (1 + (LearningRate * WeightDecay));
        Regularization.RunCoupled<V, TSweep, Update<V>>(sweep, weightDecay: 0, Maximize, new(this, new(
            V.Create(-LearningRate * rootC3 / BiasCorrection.Of(Beta1, step.T)),
            V.Create(-LearningRate * rootC3 * Beta2 / BiasCorrection.Of(Beta2, step.T)),
            V.Create(Epsilon * rootC3),
            V.Create(step.T == 1 ? 0 : 1),
            V.Create(shrink))));
    }

    private readonly record struct Rates<V>(V OfMean, V OfDifference, V Epsilon, V HasLast, V Shrink)
        where V : unmanaged, ILanes<V>;

    private readonly struct Update<V>(in Adan adan, Rates<V> rates) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        private readonly V _beta1 = V.Create(adan.Beta1);
        private readonly V _oneMinusBeta1 = V.Create(1 - adan.Beta1);
        private readonly V _beta2 = V.Create(adan.Beta2);
        private readonly V _oneMinusBeta2 = V.Create(1 - adan.Beta2);
        private readonly V _beta3 = V.Create(adan.Beta3);
        private readonly V _oneMinusBeta3 = V.Create(1 - adan.Beta3);

        public static int StateCount => 4;

        public static StateTraits Traits => StateTraits.NonNegative2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            V d = rates.HasLast * (g - s3);
            V ahead = V.MulAdd(_beta2, d, g);
            s0 = V.MulAdd(_beta1, s0, _oneMinusBeta1 * g);
            s1 = V.MulAdd(_beta2, s1, _oneMinusBeta2 * d);
            s2 = V.MulAdd(_beta3, s2, _oneMinusBeta3 * ahead * ahead);
            s3 = g;
            V step = V.MulAdd(rates.OfMean, s0, rates.OfDifference * s1) / (V.Sqrt(s2) + rates.Epsilon);
            p = rates.Shrink * (p + step);
        }
    }
}
