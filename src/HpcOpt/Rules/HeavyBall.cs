using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>Polyak's heavy ball: v ← μv - ηg; θ ← θ + v, which is θ ← θ - ηg + μ(θ - θ of the step before).</summary>
/// <remarks>
/// The velocity v holds past learning rates, so a schedule acts on new gradients alone; in <see cref="Sgd"/>'s momentum it acts on all.
/// Source: B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964. State: v.
/// </remarks>
public record struct HeavyBall : IOptimizerRule
{
    /// <summary>η = 0.01, μ = 0.9.</summary>
    public HeavyBall() { }

    /// <inheritdoc/>
    public readonly string Name => "heavy-ball";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.01;

    /// <summary>Weight μ of the last step, in [0, 1).</summary>
    public double Momentum { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<HeavyBall>[] Hyperparameters => [
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
            s0 = V.MulAdd(momentum, s0, minusRate * g);
            p += s0;
        }
    }
}
