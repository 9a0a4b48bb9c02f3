using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>RMSprop: v ← δv + (1-δ)g²; θ ← θ - ηg / (√v + ε).</summary>
/// <remarks>
/// <para>Centered: ḡ ← δḡ + (1-δ)g, and √(v - ḡ²) takes the place of √v (a difference that rounding made negative counts as 0).
/// With momentum μ: b ← μb + g / (√v + ε); θ ← θ - ηb.</para>
/// <para>Sources: T. Tieleman, G. Hinton, "Lecture 6.5 - rmsprop", 2012; A. Graves, "Generating sequences with recurrent neural
/// networks", 2013 (centered). δ is 0.99 by default as in PyTorch; the lecture's is 0.9. State: v, then ḡ if centered, then b with
/// momentum.</para>
/// </remarks>
public record struct RmsProp : IOptimizerRule
{
    /// <summary>η = 0.01, δ = 0.99, ε = 1e-8, plain.</summary>
    public RmsProp() { }

    /// <inheritdoc/>
    public readonly string Name => "rmsprop";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.01;

    /// <summary>Weight δ of the past, in [0, 1).</summary>
    public double Decay { readonly get; set => field = Fraction.Check(value); } = 0.99;

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-8;

    /// <summary>Momentum μ ≥ 0; 0 means none.</summary>
    public double Momentum { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Divide by the standard deviation of the gradient instead of its root mean square.</summary>
    public bool Centered { readonly get; set; }

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<RmsProp>[] Hyperparameters => [
        new(r => r.Decay, (r, v) => r with { Decay = v }, Fraction), new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.Momentum, (r, v) => r with { Momentum = v }, NotNegative), new(r => r.Centered, (r, v) => r with { Centered = v }),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State =>
        [new("v"), .. Centered ? [new StateVector("gMean")] : Array.Empty<StateVector>(),
            .. Momentum != 0 ? [new StateVector("b")] : Array.Empty<StateVector>()];

    /// <inheritdoc/>
    public readonly LazyDecay? LazyDecay => WeightDecay != 0 ? null
        : Centered ? new(1, Decay, Decay, Momentum)
        : new(1, Decay, Momentum);

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        switch (Centered, Momentum != 0)
        {
            case (false, false): Run<V, TSweep, No, No>(sweep); break;
            case (false, true): Run<V, TSweep, No, Yes>(sweep); break;
            case (true, false): Run<V, TSweep, Yes, No>(sweep); break;
            case (true, true): Run<V, TSweep, Yes, Yes>(sweep); break;
        }
    }

    private readonly void Run<V, TSweep, TCentered, TMomentum>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
        where TCentered : unmanaged, IOption
        where TMomentum : unmanaged, IOption =>
        Regularization.RunCoupled<V, TSweep, Update<V, TCentered, TMomentum>>(sweep, WeightDecay, Maximize, new(
            V.Create(-LearningRate),
            V.Create(Decay),
            V.Create(1 - Decay),
            V.Create(Epsilon),
            V.Create(Momentum)));

    private readonly struct Update<V, TCentered, TMomentum>(V minusRate, V decay, V oneMinusDecay, V epsilon, V momentum) : IUpdate<V>
        where V : unmanaged, ILanes<V>
        where TCentered : unmanaged, IOption
        where TMomentum : unmanaged, IOption
    {
        public static int StateCount
        {
            // Too long for the compiler to inline unasked, and it would be called in the loop.
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 1 + (TCentered.IsOn ? 1 : 0) + (TMomentum.IsOn ? 1 : 0);
        }

        public static StateTraits Traits => StateTraits.NonNegative0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            V joining = oneMinusDecay * g;
            s0 = V.MulAdd(decay, s0, joining * g);
            V square = s0;
            if (TCentered.IsOn)
            {
                s1 = V.MulAdd(decay, s1, joining);
                square = V.Max(default, s0 - (s1 * s1));
            }

            V step = g / (V.Sqrt(square) + epsilon);
            if (TMomentum.IsOn && TCentered.IsOn)
            {
                step = s2 = V.MulAdd(momentum, s2, step);
            }
            else if (TMomentum.IsOn)
            {
                step = s1 = V.MulAdd(momentum, s1, step);
            }

            p = V.MulAdd(minusRate, step, p);
        }
    }
}
