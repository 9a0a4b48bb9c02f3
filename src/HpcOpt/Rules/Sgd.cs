using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>
/// Gradient descent: θ ← θ - ηg; whether it is batch, stochastic or mini-batch descent is decided by the rows behind g.
/// </summary>
/// <remarks>
/// <para>With momentum μ, in PyTorch's form: b ← μb + (1-τ)g, where the first step takes b = g; d = b, or g + μb with Nesterov; θ ← θ - ηd.
/// Weight decay adds λθ to the gradient; maximizing turns its sign first.</para>
/// <para>Sources: H. Robbins, S. Monro, "A stochastic approximation method", 1951; I. Sutskever, J. Martens, G. Dahl, G. Hinton,
/// "On the importance of initialization and momentum in deep learning", 2013. State: none, or b with momentum.</para>
/// </remarks>
public record struct Sgd : IOptimizerRule
{
    /// <summary>Plain gradient descent with η = 0.01.</summary>
    public Sgd() { }

    /// <inheritdoc/>
    public readonly string Name => "sgd";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.01;

    /// <summary>Momentum μ ≥ 0; 0 means none.</summary>
    public double Momentum { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Dampening τ of the gradient that joins the momentum; any finite number, 0 means none.</summary>
    public double Dampening { readonly get; set => field = Finite.Check(value); }

    /// <summary>Nesterov's momentum: step along g + μb.</summary>
    public bool Nesterov { readonly get; set; }

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<Sgd>[] Hyperparameters => [
        new(r => r.Momentum, (r, v) => r with { Momentum = v }, NotNegative),
        new(r => r.Dampening, (r, v) => r with { Dampening = v }, Finite), new(r => r.Nesterov, (r, v) => r with { Nesterov = v }),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => Momentum == 0 ? [] : [new("b")];

    /// <inheritdoc/>
    public readonly LazyDecay? LazyDecay =>
        Momentum == 0 ? new(1 - (LearningRate * WeightDecay))
        : WeightDecay == 0 ? new(1, Momentum)
        : null;

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        if (Momentum == 0)
        {
            Regularization.RunCoupled<V, TSweep, Plain<V>>(sweep, WeightDecay, Maximize, new(V.Create(-LearningRate)));
            return;
        }

        double joining = step.T == 1 ? 1 : 1 - Dampening;
        (double ofGradient, double ofMomentum) = Nesterov ? (1, Momentum) : (0, 1);
        Regularization.RunCoupled<V, TSweep, WithMomentum<V>>(sweep, WeightDecay, Maximize, new(
            V.Create(Momentum),
            V.Create(joining),
            V.Create(-LearningRate * ofGradient),
            V.Create(-LearningRate * ofMomentum)));
    }

    private readonly struct Plain<V>(V minusRate) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) =>
            p = V.MulAdd(minusRate, g, p);
    }

    private readonly struct WithMomentum<V>(V momentum, V joining, V ofGradient, V ofMomentum) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(momentum, s0, joining * g);
            p = V.MulAdd(ofGradient, g, V.MulAdd(ofMomentum, s0, p));
        }
    }
}
