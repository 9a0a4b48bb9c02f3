using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>AdaGrad, diagonal: G ← G + g²; θ ← θ - ηg / (√G + ε), or ηg / √(G + ε).</summary>
/// <remarks>
/// Suits sparse gradients; its steps shrink for ever, because G only grows. The learning rate of step t is η / (1 + (t-1)·lr decay).
/// Source: J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011. State: G.
/// </remarks>
public record struct AdaGrad : IOptimizerRule
{
    /// <summary>η = 0.01, ε = 1e-10 outside the root.</summary>
    public AdaGrad() { }

    /// <inheritdoc/>
    public readonly string Name => "adagrad";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.01;

    /// <summary>Decay of the learning rate, ≥ 0.</summary>
    public double LearningRateDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-10;

    /// <summary>Divide by √(G + ε) instead of √G + ε.</summary>
    public bool EpsilonInsideRoot { readonly get; set; }

    /// <summary>Value of G before the first step, ≥ 0.</summary>
    public double InitialAccumulator { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<AdaGrad>[] Hyperparameters => [
        new(r => r.LearningRateDecay, (r, v) => r with { LearningRateDecay = v }, NotNegative),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.EpsilonInsideRoot, (r, v) => r with { EpsilonInsideRoot = v }),
        new(r => r.InitialAccumulator, (r, v) => r with { InitialAccumulator = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("G", InitialAccumulator)];

    /// <inheritdoc/>
    public readonly LazyDecay? LazyDecay => WeightDecay == 0 ? HpcOpt.LazyDecay.None : null;

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> =>
        Regularization.RunCoupled<V, TSweep, Update<V>>(sweep, WeightDecay, Maximize, new(
            V.Create(-LearningRate / (1 + ((step.T - 1) * LearningRateDecay))),
            V.Create(EpsilonInsideRoot ? Epsilon : 0),
            V.Create(EpsilonInsideRoot ? 0 : Epsilon)));

    private readonly struct Update<V>(V minusRate, V inside, V outside) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        public static StateTraits Traits => StateTraits.NonNegative0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(g, g, s0);
            V root = V.Sqrt(s0 + inside) + outside;
            p = V.MulAdd(minusRate, g / root, p);
        }
    }
}
