using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>Adam: m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)g²; θ ← θ - η m̂ / (√v̂ + ε), where m̂ = m/(1-β₁ᵗ) and v̂ = v/(1-β₂ᵗ).</summary>
/// <remarks>
/// AMSGrad replaces √v̂ by √max(v̂) so far, of the uncorrected v. Weight decay adds λθ to the gradient; <see cref="AdamW"/> decouples it.
/// Sources: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015; S. Reddi, S. Kale, S. Kumar, "On the convergence
/// of Adam and beyond", 2018. State: m, v, and vMax with AMSGrad.
/// </remarks>
public record struct Adam : IOptimizerRule
{
    /// <summary>η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8.</summary>
    public Adam() { }

    /// <inheritdoc/>
    public readonly string Name => "adam";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 1e-3;

    /// <summary>Weight β₁ of the past in the mean of gradients, in [0, 1).</summary>
    public double Beta1 { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>Weight β₂ of the past in the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { readonly get; set => field = Fraction.Check(value); } = 0.999;

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-8;

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Divide by the largest v so far.</summary>
    public bool AmsGrad { readonly get; set; }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<Adam>[] Hyperparameters => [
        new(r => r.Beta1, (r, v) => r with { Beta1 = v }, Fraction), new(r => r.Beta2, (r, v) => r with { Beta2 = v }, Fraction),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative), new(r => r.AmsGrad, (r, v) => r with { AmsGrad = v }),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => AmsGrad ? [new("m"), new("v"), new("vMax")] : [new("m"), new("v")];

    /// <inheritdoc/>
    public readonly LazyDecay? LazyDecay => WeightDecay == 0 ? new(1, Beta1, Beta2) : null;

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        if (AmsGrad)
        {
            Regularization.RunCoupled<V, TSweep, Update<V, Yes>>(sweep, WeightDecay, Maximize, new(this, step.T));
        }
        else
        {
            Regularization.RunCoupled<V, TSweep, Update<V, No>>(sweep, WeightDecay, Maximize, new(this, step.T));
        }
    }

    /// <summary>
    /// The corrections are folded into two scalars: η m̂ / (√v̂ + ε) = (η√c₂/c₁) m / (√v + ε√c₂), with cᵢ = 1-βᵢᵗ.
    /// </summary>
    internal readonly struct Update<V, TAmsGrad> : IUpdate<V>
        where V : unmanaged, ILanes<V>
        where TAmsGrad : unmanaged, IOption
    {
        private readonly V _minusRate;
        private readonly V _beta1;
        private readonly V _oneMinusBeta1;
        private readonly V _beta2;
        private readonly V _oneMinusBeta2;
        private readonly V _epsilon;

        public Update(in Adam adam, long t)
        {
            double c1 = BiasCorrection.Of(adam.Beta1, t);
            double rootC2 = Math.Sqrt(BiasCorrection.Of(adam.Beta2, t));
            _minusRate = V.Create(-adam.LearningRate * rootC2 / c1);
            _beta1 = V.Create(adam.Beta1);
            _oneMinusBeta1 = V.Create(1 - adam.Beta1);
            _beta2 = V.Create(adam.Beta2);
            _oneMinusBeta2 = V.Create(1 - adam.Beta2);
            _epsilon = V.Create(adam.Epsilon * rootC2);
        }

        public static int StateCount
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TAmsGrad.IsOn ? 3 : 2;
        }

        public static StateTraits Traits => StateTraits.NonNegative1 | StateTraits.NonNegative2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(_beta1, s0, _oneMinusBeta1 * g);
            s1 = V.MulAdd(_beta2, s1, _oneMinusBeta2 * g * g);
            if (TAmsGrad.IsOn)
            {
                s2 = V.Max(s2, s1);
            }

            V root = V.Sqrt(TAmsGrad.IsOn ? s2 : s1) + _epsilon;
            p = V.MulAdd(_minusRate, s0 / root, p);
        }
    }
}
