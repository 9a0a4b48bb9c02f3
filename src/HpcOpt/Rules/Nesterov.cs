using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>Nesterov's accelerated gradient: v ← μv - ηg; θ ← θ + μv - ηg, with the gradient at the point θ that looks ahead.</summary>
/// <remarks>
/// θ here is the point at which the gradient is taken, x + μv in Nesterov's x: the form of Sutskever et al. that needs one gradient a step.
/// Sources: Y. Nesterov, "A method for solving the convex programming problem with convergence rate O(1/k²)", 1983; I. Sutskever,
/// J. Martens, G. Dahl, G. Hinton, "On the importance of initialization and momentum in deep learning", 2013. State: v.
/// </remarks>
public record struct Nesterov : IOptimizerRule
{
    /// <summary>η = 0.01, μ = 0.9.</summary>
    public Nesterov() { }

    /// <inheritdoc/>
    public readonly string Name => "nesterov";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.01;

    /// <summary>Weight μ of the last step, in [0, 1).</summary>
    public double Momentum { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<Nesterov>[] Hyperparameters => [
        new(r => r.Momentum, (r, v) => r with { Momentum = v }, Fraction),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("v")];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> =>
        Regularization.RunCoupled<V, TSweep, Update<V>>(sweep, WeightDecay, Maximize, new(V.Create(-LearningRate), V.Create(Momentum)));

    private readonly struct Update<V>(V minusRate, V momentum) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            V step = minusRate * g;
            s0 = V.MulAdd(momentum, s0, step);
            p = V.MulAdd(momentum, s0, p + step);
        }
    }
}
