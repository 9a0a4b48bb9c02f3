using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>AdaDelta: v ← ρv + (1-ρ)g²; d = √(u + ε)/√(v + ε) · g; u ← ρu + (1-ρ)d²; θ ← θ - ηd.</summary>
/// <remarks>
/// The root mean square of past steps gives d the unit of θ, so η = 1 is the paper's. Source: M. Zeiler, "ADADELTA: an adaptive learning
/// rate method", 2012. State: v, u.
/// </remarks>
public record struct AdaDelta : IOptimizerRule
{
    /// <summary>η = 1, ρ = 0.9, ε = 1e-6.</summary>
    public AdaDelta()
    {
    }

    /// <inheritdoc/>
    public readonly string Name => "adadelta";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = Guard.NotNegative(value); } = 1;

    /// <summary>Weight ρ of the past, in [0, 1).</summary>
    public double Decay { readonly get; set => field = Guard.Fraction(value); } = 0.9;

    /// <summary>ε ≥ 0, inside both roots: the size of the first steps.</summary>
    public double Epsilon { readonly get; set => field = Guard.NotNegative(value); } = 1e-6;

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = Guard.NotNegative(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

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
