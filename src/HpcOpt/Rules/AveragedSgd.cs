using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>Averaged SGD: θ ← (1 - ληₜ)θ - ηₜg with ηₜ = η/(1 + λη(t-1))^α; θ̄ ← θ̄ + (θ - θ̄)/max(1, t - 1 - t₀).</summary>
/// <remarks>
/// θ̄ is where the model is evaluated: θ itself up to step t₀ + 2, from then on the mean. Sources: B. Polyak, A. Juditsky,
/// "Acceleration of stochastic approximation by averaging", 1992; the learning rate as in L. Bottou, "Stochastic gradient descent tricks",
/// 2012, with PyTorch's defaults. State: θ̄.
/// </remarks>
public record struct AveragedSgd : IOptimizerRule
{
    /// <summary>η = 0.01, λ = 0.0001, α = 0.75, t₀ = 1,000,000.</summary>
    public AveragedSgd() { }

    /// <inheritdoc/>
    public readonly string Name => "asgd";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.01;

    /// <summary>Decay λ ≥ 0 of the learning rate, and of θ.</summary>
    public double Decay { readonly get; set => field = NotNegative.Check(value); } = 1e-4;

    /// <summary>Power α ≥ 0 of the decay of the learning rate.</summary>
    public double Power { readonly get; set => field = NotNegative.Check(value); } = 0.75;

    /// <summary>The step t₀ ≥ 0 near which the mean begins.</summary>
    public double AverageFrom { readonly get; set => field = NotNegative.Check(value); } = 1e6;

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<AveragedSgd>[] Hyperparameters => [
        new(r => r.Decay, (r, v) => r with { Decay = v }, NotNegative), new(r => r.Power, (r, v) => r with { Power = v }, NotNegative),
        new(r => r.AverageFrom, (r, v) => r with { AverageFrom = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("average")];

    /// <inheritdoc/>
    public readonly bool HasEvaluationPoint => true;

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        double weight = 1 / Math.Max(1, step.T - 1 - AverageFrom);
        double rate = LearningRate / PortableMath.Pow(1 + (Decay * LearningRate * (step.T - 1)), Power);
        Regularization.RunCoupled<V, TSweep, Update<V>>(sweep, WeightDecay, Maximize, new(
            V.Create(1 - (Decay * rate)),
            V.Create(-rate),
            V.Create(weight),
            V.Create(1 - weight)));
    }

    /// <inheritdoc/>
    public readonly void Evaluate<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> => sweep.Run(default(Average<V>));

    private readonly struct Update<V>(V keep, V minusRate, V weight, V past) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        public static StateTraits Traits => StateTraits.Parameters0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            p = V.MulAdd(minusRate, g, keep * p);
            s0 = V.MulAdd(weight, p, past * s0);
        }
    }

    private readonly struct Average<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        public static StateTraits Traits => StateTraits.Parameters0;

        public static Traffic Traffic => Traffic.ReadState | Traffic.WriteParameters;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = s0;
    }
}
