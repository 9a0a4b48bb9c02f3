using System.Runtime.CompilerServices;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>LARS: r = τ‖θ‖/(‖g‖ + λ‖θ‖); m ← μm + r(g + λθ); θ ← θ - ηm, with norms of each segment (r is 1 if either is 0).</summary>
/// <remarks>
/// SGD with momentum whose steps are as long, relative to the weights, in every layer: for large batches. Two passes: the norms must be
/// known before m changes. Source: Y. You, I. Gitman, B. Ginsburg, "Large batch training of convolutional networks", 2017. State: m.
/// In cache the norms bind it, whose squares are widened and summed in double: at 16,384 parameters, AVX2 on Zen 3, it takes 2.2 times as
/// long as its loads and stores.
/// </remarks>
public record struct Lars : IOptimizerRule
{
    /// <summary>η = 0.1, μ = 0.9, τ = 0.001, λ = 0.</summary>
    public Lars() { }

    /// <inheritdoc/>
    public readonly string Name => "lars";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.1;

    /// <summary>Weight μ of the past, in [0, 1).</summary>
    public double Momentum { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>Trust coefficient τ ≥ 0: the length of a step relative to the weights, per unit of η.</summary>
    public double Trust { readonly get; set => field = NotNegative.Check(value); } = 1e-3;

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    internal static Hyperparameter<Lars>[] Hyperparameters => [
        new(r => r.Momentum, (r, v) => r with { Momentum = v }, Fraction), new(r => r.Trust, (r, v) => r with { Trust = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative)];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("m")];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> =>
        sweep.RunLayerwise(new Update<V>(V.Create(-LearningRate), V.Create(Momentum), V.Create(WeightDecay), Trust, WeightDecay));

    private readonly struct Update<V>(V minusRate, V momentum, V decay, double trust, double weightDecay) : ILayerwiseUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        public static bool UpdatesStateFirst => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Measure(V p, V g, ref V s0, ref V s1, out V x, out V y) => (x, y) = (p, g);

        public double Ratio(double normX, double normY) =>
            normX > 0 && normY > 0 ? trust * normX / (normY + (weightDecay * normX)) : 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V ratio, ref V p, V g, ref V s0, ref V s1)
        {
            s0 = V.MulAdd(momentum, s0, ratio * V.MulAdd(decay, p, g));
            p = V.MulAdd(minusRate, s0, p);
        }
    }
}
