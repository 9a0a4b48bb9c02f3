using System.Runtime.CompilerServices;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>Momentum as an exponentially weighted mean of gradients: v ← δv + (1-δ)g; θ ← θ - ηv.</summary>
/// <remarks>
/// On a quadratic of curvature a it converges exactly for 0 &lt; η &lt; 2(1+δ)/((1-δ)a). PyTorch's form, without the factor 1-δ,
/// is <see cref="Sgd"/>'s. Source: B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964. State: v.
/// </remarks>
public record struct Momentum : IOptimizerRule
{
    /// <summary>η = 0.01, δ = 0.9.</summary>
    public Momentum() { }

    /// <inheritdoc/>
    public readonly string Name => "momentum";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.01;

    /// <summary>Weight δ of the past, in [0, 1).</summary>
    public double Decay { readonly get; set => field = Fraction.Check(value); } = 0.9;

    internal static Hyperparameter<Momentum>[] Hyperparameters => [new(r => r.Decay, (r, v) => r with { Decay = v }, Fraction)];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("v")];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> =>
        sweep.Run(new Update<V>(V.Create(-LearningRate), V.Create(Decay), V.Create(1 - Decay)));

    private readonly struct Update<V>(V minusRate, V decay, V oneMinusDecay) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(decay, s0, oneMinusDecay * g);
            p = V.MulAdd(minusRate, s0, p);
        }
    }
}
