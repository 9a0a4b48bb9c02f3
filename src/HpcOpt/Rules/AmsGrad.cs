using HpcOpt.Lanes;
using static HpcOpt.Interval;

namespace HpcOpt;

/// <summary>
/// AMSGrad: <see cref="Adam"/> that divides by the largest v so far: u ← max(u, v); θ ← θ - η m̂ / (√û + ε), where û = u/(1-β₂ᵗ).
/// </summary>
/// <remarks>
/// Its learning rates never grow again, which Adam's proof of convergence needs. The same bits as <see cref="Adam.AmsGrad"/>.
/// Source: S. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", 2018; bias correction as in PyTorch. State: m, v, vMax.
/// </remarks>
public record struct AmsGrad : IOptimizerRule
{
    private Adam _adam = new() { AmsGrad = true };

    /// <summary>η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8.</summary>
    public AmsGrad() { }

    /// <inheritdoc/>
    public readonly string Name => "amsgrad";

    /// <inheritdoc/>
    public double LearningRate { readonly get => _adam.LearningRate; set => _adam.LearningRate = value; }

    /// <summary>Weight β₁ of the past in the mean of gradients, in [0, 1).</summary>
    public double Beta1 { readonly get => _adam.Beta1; set => _adam.Beta1 = value; }

    /// <summary>Weight β₂ of the past in the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { readonly get => _adam.Beta2; set => _adam.Beta2 = value; }

    /// <summary>ε ≥ 0, which keeps the denominator from 0.</summary>
    public double Epsilon { readonly get => _adam.Epsilon; set => _adam.Epsilon = value; }

    /// <summary>Weight decay λ ≥ 0, added to the gradient as λθ.</summary>
    public double WeightDecay { readonly get => _adam.WeightDecay; set => _adam.WeightDecay = value; }

    /// <summary>Ascend instead of descend.</summary>
    public bool Maximize { readonly get => _adam.Maximize; set => _adam.Maximize = value; }

    internal static Hyperparameter<AmsGrad>[] Hyperparameters => [
        new(r => r.Beta1, (r, v) => r with { Beta1 = v }, Fraction), new(r => r.Beta2, (r, v) => r with { Beta2 = v }, Fraction),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, NotNegative),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Maximize, (r, v) => r with { Maximize = v })];

    /// <inheritdoc/>
    public readonly StateVector[] State => _adam.State;

    /// <inheritdoc/>
    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> => _adam.Step<V, TSweep>(step, sweep);
}
