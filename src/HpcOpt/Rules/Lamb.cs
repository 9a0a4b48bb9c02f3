using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>
/// LAMB: m, v as in <see cref="Adam"/>; u = m̂/(√v̂ + ε) + λθ; θ ← θ - η ‖θ‖/‖u‖ u, with the norms of each segment
/// (their ratio is 1 where either is 0).
/// </summary>
/// <remarks>
/// Adam whose steps are as long, relative to the weights, in every layer: for very large batches. Two passes: the norm of u must be known
/// before θ changes. Source: Y. You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", 2020. State: m, v.
/// In cache it is bound by two divisions and two square roots, because u is computed in both passes, and by the norms, whose squares are
/// widened and summed in double: at 16,384 parameters, AVX2 on Zen 3, it takes about twice as long as the divisions and roots alone.
/// </remarks>
public record struct Lamb : IOptimizerRule
{
    /// <summary>η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-6, λ = 0.</summary>
    public Lamb() { }

    /// <inheritdoc/>
    public readonly string Name => "lamb";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 1e-3;

    /// <summary>Weight β₁ of the past in the mean of gradients, in [0, 1).</summary>
    public double Beta1 { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>Weight β₂ of the past in the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { readonly get; set => field = Fraction.Check(value); } = 0.999;

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-6;

    /// <summary>Weight decay λ ≥ 0, which joins the step u.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    internal static Hyperparameter<Lamb>[] Hyperparameters => [
        new(r => r.Beta1, (r, v) => r with { Beta1 = v }, Fraction), new(r => r.Beta2, (r, v) => r with { Beta2 = v }, Fraction),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative)];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("m"), new("v")];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        double rootC2 = Math.Sqrt(BiasCorrection.Of(Beta2, step.T));
        sweep.RunLayerwise(new Update<V>(
            V.Create(Beta1),
            V.Create(1 - Beta1),
            V.Create(Beta2),
            V.Create(1 - Beta2),
            V.Create(rootC2 / BiasCorrection.Of(Beta1, step.T)),
            V.Create(Epsilon * rootC2),
            V.Create(WeightDecay),
            -LearningRate));
    }

    private readonly struct Update<V>(
        V beta1, V oneMinusBeta1, V beta2, V oneMinusBeta2, V correction, V epsilon, V weightDecay, double minusRate) : ILayerwiseUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        public static bool UpdatesStateFirst => true;

        public static StateTraits Traits => StateTraits.NonNegative1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Measure(V p, V g, ref V s0, ref V s1, out V x, out V y)
        {
            s0 = V.MulAdd(beta1, s0, oneMinusBeta1 * g);
            s1 = V.MulAdd(beta2, s1, oneMinusBeta2 * g * g);
            (x, y) = (p, Direction(p, s0, s1));
        }

        public double Ratio(double normX, double normY) => minusRate * (normX > 0 && normY > 0 ? normX / normY : 1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V ratio, ref V p, V g, ref V s0, ref V s1) => p = V.MulAdd(ratio, Direction(p, s0, s1), p);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Direction(V p, V m, V v) => V.MulAdd(correction, m / (V.Sqrt(v) + epsilon), weightDecay * p);
    }
}
