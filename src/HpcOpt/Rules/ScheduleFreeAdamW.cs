using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>
/// Schedule-free AdamW: at y = (1-β₁)z + β₁x take g; v ← β₂v + (1-β₂)g²; d = g/(√v̂ + ε) + λy; z ← z - ηd; x ← (1-c)x + cz,
/// with v̂ = v/(1-β₂ᵗ) and c = η²/Ση².
/// </summary>
/// <remarks>
/// The parameters that training moves are y; x, a mean that replaces the decay of a schedule, is where the model is evaluated. Only y and
/// z are kept: x = (y - (1-β₁)z)/β₁. The weight of a step is the square of the largest η so far; a warm-up is the schedule's. Source:
/// A. Defazio et al., "The road less scheduled", 2024. State: z (θ before the first step), v, and two numbers.
/// </remarks>
public record struct ScheduleFreeAdamW : IOptimizerRule
{
    /// <summary>η = 0.0025, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0.</summary>
    public ScheduleFreeAdamW() { }

    /// <inheritdoc/>
    public readonly string Name => "schedule-free-adamw";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 2.5e-3;

    /// <summary>Weight β₁ of the mean x in y, in (0, 1).</summary>
    public double Beta1 { readonly get; set => field = OpenFraction.Check(value); } = 0.9;

    /// <summary>Weight β₂ of the past in the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { readonly get; set => field = Fraction.Check(value); } = 0.999;

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-8;

    /// <summary>Weight decay λ ≥ 0, decoupled from v, at y.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<ScheduleFreeAdamW>[] Hyperparameters => [
        new(r => r.Beta1, (r, v) => r with { Beta1 = v }, OpenFraction), new(r => r.Beta2, (r, v) => r with { Beta2 = v }, Fraction),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("z"), new("v")];

    /// <inheritdoc/>
    public readonly StateScalar[] Scalars => [new("weightSum"), new("largestRate")];

    /// <inheritdoc/>
    public readonly bool HasEvaluationPoint => true;

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        double rootC2 = Math.Sqrt(BiasCorrection.Of(Beta2, step.T));
        ref double weightSum = ref step.Scalars[0];
        ref double largest = ref step.Scalars[1];
        largest = Math.Max(largest, LearningRate);
        double weight = largest * largest;
        weightSum += weight;
        double c = weightSum == 0 ? 0 : weight / weightSum;
        Regularization.RunCoupled<V, TSweep, Update<V>>(sweep, weightDecay: 0, Maximize, new(
            V.Create(Beta2),
            V.Create(1 - Beta2),
            V.Create(rootC2),
            V.Create(Epsilon * rootC2),
            V.Create(WeightDecay),
            V.Create(c),
            V.Create(LearningRate * ((Beta1 * (1 - c)) - 1)),
            V.Create(-LearningRate),
            V.Create(step.T == 1 ? 0 : 1)));
    }

    /// <inheritdoc/>
    public readonly void Evaluate<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> => sweep.Run(new Mean<V>(V.Create(1 / Beta1), V.Create(1 - (1 / Beta1))));

    // y ← (1-c)y + cz - η(1 - β₁(1-c))d is (1-β₁)z + β₁x after z and x have moved.
    private readonly struct Update<V>(
        V beta2, V oneMinusBeta2, V rootC2, V epsilon, V weightDecay, V c, V rateOfY, V minusRate, V isLater) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        public static StateTraits Traits => StateTraits.NonNegative1 | StateTraits.Parameters0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            // Before the first step z, x and y are all θ.
            V z = V.IfGreater(isLater, default, s0, p);
            s1 = V.MulAdd(beta2, s1, oneMinusBeta2 * g * g);
            V d = V.MulAdd(weightDecay, p, rootC2 * g / (V.Sqrt(s1) + epsilon));
            p = V.MulAdd(rateOfY, d, V.MulAdd(c, z - p, p));
            s0 = V.MulAdd(minusRate, d, z);
        }
    }

    private readonly struct Mean<V>(V ofY, V ofZ) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        public static StateTraits Traits => StateTraits.NonNegative1 | StateTraits.Parameters0;

        public static Traffic Traffic => Traffic.ReadGradient | Traffic.ReadState | Traffic.WriteParameters;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = V.MulAdd(ofY, g, ofZ * s0);
    }
}
