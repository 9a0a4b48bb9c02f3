using HpcOpt.Engine;
using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>AdamW: θ ← (1 - ηλ)θ, then a step of <see cref="Adam"/> without weight decay in the gradient.</summary>
/// <remarks>Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019. State: m, v, and vMax with AMSGrad.</remarks>
public record struct AdamW : IOptimizerRule
{
    private Adam _adam = new();

    /// <summary>η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0.01.</summary>
    public AdamW() { }

    /// <inheritdoc/>
    public readonly string Name => "adamw";

    /// <inheritdoc/>
    public double LearningRate { readonly get => _adam.LearningRate; set => _adam.LearningRate = value; }

    /// <summary>Weight β₁ of the past in the mean of gradients, in [0, 1).</summary>
    public double Beta1 { readonly get => _adam.Beta1; set => _adam.Beta1 = value; }

    /// <summary>Weight β₂ of the past in the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { readonly get => _adam.Beta2; set => _adam.Beta2 = value; }

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get => _adam.Epsilon; set => _adam.Epsilon = value; }

    /// <summary>Decoupled weight decay λ ≥ 0: each step takes the fraction ηλ of θ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); } = 0.01;

    /// <summary>Divide by the largest v so far.</summary>
    public bool AmsGrad { readonly get => _adam.AmsGrad; set => _adam.AmsGrad = value; }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get; set; }

    internal static Hyperparameter<AdamW>[] Hyperparameters => [
        new(r => r.Beta1, (r, v) => r with { Beta1 = v }, Fraction), new(r => r.Beta2, (r, v) => r with { Beta2 = v }, Fraction),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative), new(r => r.AmsGrad, (r, v) => r with { AmsGrad = v }),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => _adam.State;

    /// <inheritdoc/>
    public readonly LazyDecay? LazyDecay => new(1 - (LearningRate * WeightDecay), Beta1, Beta2);

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        if (AmsGrad)
        {
            Regularization.RunDecoupled<V, TSweep, Adam.Update<V, Yes>>(sweep, LearningRate, WeightDecay, Maximize, new(_adam, step.T));
        }
        else
        {
            Regularization.RunDecoupled<V, TSweep, Adam.Update<V, No>>(sweep, LearningRate, WeightDecay, Maximize, new(_adam, step.T));
        }
    }
}
