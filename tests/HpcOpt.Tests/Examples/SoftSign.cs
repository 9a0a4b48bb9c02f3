using System.Runtime.CompilerServices;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>Soft sign descent: v ← βv + (1-β)g; θ ← θ - ηv / √(v² + ε²).</summary>
/// <remarks>Each step is shorter than η. Source: CONTRIBUTING.md, as an example; nobody should train with it. State: v.</remarks>
public record struct SoftSign : IOptimizerRule
{
    /// <summary>η = 0.01, β = 0.9, ε = 0.001.</summary>
    public SoftSign() { }

    /// <inheritdoc/>
    public readonly string Name => "softsign";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.01;

    /// <summary>Weight β of the past, in [0, 1).</summary>
    public double Beta { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>ε ≥ 0, the size of v below which a step gets shorter.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-3;

    internal static Hyperparameter<SoftSign>[] Hyperparameters => [
        new(r => r.Beta, (r, v) => r with { Beta = v }, Fraction), new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative)];

    /// <inheritdoc/>
    public readonly StateVector[] State => [new("v")];

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> =>
        sweep.Run(new Update<V>(V.Create(-LearningRate), V.Create(Beta), V.Create(1 - Beta), V.Create(Epsilon * Epsilon)));

    private readonly struct Update<V>(V minusRate, V beta, V oneMinusBeta, V epsilonSquared) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(beta, s0, oneMinusBeta * g);
            p = V.MulAdd(minusRate, s0 / V.Sqrt(V.MulAdd(s0, s0, epsilonSquared)), p);
        }
    }
}
