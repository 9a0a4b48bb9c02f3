using static HpcOpt.OptimizerDescription;

namespace HpcOpt;

public sealed partial class OptimizerCatalogue
{
    /// <summary>The optimizers of this library: one entry each, with the beginning of its summary.</summary>
    public static OptimizerCatalogue Core { get; } = new(
        Of(AdaBelief.Hyperparameters, "AdaBelief: m ← β₁m + (1-β₁)g; s ← β₂s + (1-β₂)(g - m)² + ε; θ ← (1 - ηλ)θ - η m̂ / (√ŝ + ε)"),
        Of(AdaDelta.Hyperparameters, "AdaDelta: v ← ρv + (1-ρ)g²; d = √(u + ε)/√(v + ε) · g; u ← ρu + (1-ρ)d²; θ ← θ - ηd"),
        Of(AdaGrad.Hyperparameters, "AdaGrad, diagonal: G ← G + g²; θ ← θ - ηg / (√G + ε), or ηg / √(G + ε)"),
        Of(Adam.Hyperparameters, "Adam: m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)g²; θ ← θ - η m̂ / (√v̂ + ε)"),
        Of(Adamax.Hyperparameters, "Adamax: m ← β₁m + (1-β₁)g; u ← max(β₂u, |g| + ε); θ ← θ - η/(1-β₁ᵗ) · m/u"),
        Of(AdamW.Hyperparameters, "AdamW: θ ← (1 - ηλ)θ, then a step of Adam without weight decay in the gradient"),
        Of(Adan.Hyperparameters,
            "Adan: m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)d; n ← β₃n + (1-β₃)(g + β₂d)²; θ ← (θ - η(m̂ + β₂v̂)/(√n̂ + ε)) / (1 + ηλ)"),
        Of(AmsGrad.Hyperparameters, "AMSGrad: Adam that divides by the largest v so far: u ← max(u, v); θ ← θ - η m̂ / (√û + ε)"),
        Of(AveragedSgd.Hyperparameters,
            "Averaged SGD: θ ← (1 - ληₜ)θ - ηₜg with ηₜ = η/(1 + λη(t-1))^α; θ̄ ← θ̄ + (θ - θ̄)/max(1, t - 1 - t₀)"),
        Of(HeavyBall.Hyperparameters, "Polyak's heavy ball: v ← μv - ηg; θ ← θ + v, which is θ ← θ - ηg + μ(θ - θ of the step before)"),
        Of(Lamb.Hyperparameters, "LAMB: m, v as in Adam; u = m̂/(√v̂ + ε) + λθ; θ ← θ - η ‖θ‖/‖u‖ u"),
        Of(Lars.Hyperparameters, "LARS: r = τ‖θ‖/(‖g‖ + λ‖θ‖); m ← μm + r(g + λθ); θ ← θ - ηm"),
        Of(Lion.Hyperparameters, "Lion: c = β₁m + (1-β₁)g; θ ← (1 - ηλ)θ - η sign(c); m ← β₂m + (1-β₂)g"),
        Of(Momentum.Hyperparameters, "Momentum as an exponentially weighted mean of gradients: v ← δv + (1-δ)g; θ ← θ - ηv"),
        Of(NAdam.Hyperparameters,
            "NAdam, Adam with Nesterov's momentum: m, v as in Adam; θ ← θ - η (μₜ₊₁ m/(1-Πₜ₊₁) + (1-μₜ) g/(1-Πₜ)) / (√v̂ + ε)"),
        Of(Nesterov.Hyperparameters, "Nesterov's accelerated gradient: v ← μv - ηg; θ ← θ + μv - ηg"),
        Of(RAdam.Hyperparameters,
            "RAdam, Adam with a rectified variance: θ ← θ - η r m̂ / (√v + ε)·√(1-β₂ᵗ) where ρₜ > 5, else θ ← θ - η m̂"),
        Of(RmsProp.Hyperparameters, "RMSprop: v ← δv + (1-δ)g²; θ ← θ - ηg / (√v + ε)"),
        Of(Rprop.Hyperparameters,
            "Rprop: s ← min(s η⁺, most) where g keeps its sign, s ← max(s η⁻, least) and g ← 0 where it turns; θ ← θ - s sign(g)"),
        Of(ScheduleFreeAdamW.Hyperparameters,
            "Schedule-free AdamW: at y = (1-β₁)z + β₁x take g; v ← β₂v + (1-β₂)g²; d = g/(√v̂ + ε) + λy; z ← z - ηd; x ← (1-c)x + cz"),
        Of(Sgd.Hyperparameters, "Gradient descent: θ ← θ - ηg"));
}
