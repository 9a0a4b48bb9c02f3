using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>AdaDelta: v ← ρv + (1-ρ)g²; d = √(u + ε)/√(v + ε) · g; u ← ρu + (1-ρ)d²; θ ← θ - ηd.</summary>
/// <remarks>
/// The root mean square of past steps gives d the unit of θ, so η = 1 is the paper's. Source: M. Zeiler, "ADADELTA: an adaptive learning
/// rate method", 2012. State: v, u.
/// </remarks>
public record struct AdaDelta : IOptimizerRule
{
    /// <summary>η = 1, ρ = 0.9, ε = 1e-6.</summary>
    public AdaDelta() { }

    /// <inheritdoc/>
    public readonly string Name => "adadelta";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 1;

    /// <summary>Weight ρ of the past, in [0, 1).</summary>
    public double Decay { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>ε ≥ 0, inside both roots: the size of the first steps.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-6;

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<AdaDelta>[] Hyperparameters => [
        new(r => r.Decay, (r, v) => r with { Decay = v }, Fraction), new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("v"), new("u")];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> =>
        Regularization.RunCoupled<V, TSweep, Update<V>>(sweep, WeightDecay, Maximize, new(
            V.Create(-LearningRate),
            V.Create(Decay),
            V.Create(1 - Decay),
            V.Create(Epsilon)));

    private readonly struct Update<V>(V minusRate, V decay, V oneMinusDecay, V epsilon) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        public static StateTraits Traits => StateTraits.NonNegative0 | StateTraits.NonNegative1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(decay, s0, oneMinusDecay * g * g);
            V d = V.Sqrt(s1 + epsilon) / V.Sqrt(s0 + epsilon) * g;
            s1 = V.MulAdd(decay, s1, oneMinusDecay * d * d);
            p = V.MulAdd(minusRate, d, p);
        }
    }
}
