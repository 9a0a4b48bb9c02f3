namespace HpcOpt.Blas;

/// <summary>The optimizers of this library by name, beside those of the core.</summary>
/// <example>
/// <code>
/// OptimizerConfiguration muon = MatrixOptimizers.WithCore["muon"].Create();
/// muon.Set("momentum", 0.9);
/// using Optimizer&lt;float&gt; optimizer = muon.CreateOptimizer&lt;float&gt;(ParameterLayout.Pack(("w", [784, 300]), ("b", [300])));
/// </code>
/// </example>
public static class MatrixOptimizers
{
    /// <summary>Those that work on matrices.</summary>
    public static OptimizerCatalogue Catalogue { get; } = new(
        Of(FullMatrixAdaGrad.Hyperparameters, "AdaGrad with the full matrix: G ← G + ggᵀ; θ ← θ - η(G + εI)^(-1/2)g"),
        Of(Muon.Hyperparameters,
            "Muon: M ← μM + (1-μ)G; θ ← (1-ηλ)θ - ηsO, where O has the singular vectors of (1-μ)G + μM (Nesterov) or M"),
        Of(Shampoo.Hyperparameters, "Shampoo: L ← L + GGᵀ, R ← R + GᵀG; P = (L + εI)^(-1/4) G (R + εI)^(-1/4); θ ← (1-ηλ)θ - ηP"));

    /// <summary>Those of <see cref="OptimizerCatalogue.Core"/> too.</summary>
    public static OptimizerCatalogue WithCore { get; } = new([.. OptimizerCatalogue.Core.Optimizers, .. Catalogue.Optimizers]);

    /// <summary>Describes an optimizer that works on matrices.</summary>
    /// <typeparam name="TRule">Its hyperparameters.</typeparam>
    /// <param name="hyperparameters">Those that are set by name, beside the learning rate.</param>
    /// <param name="summary">What a step computes, in one sentence.</param>
    /// <exception cref="ArgumentException">Two hyperparameters share a name, or the summary is empty.</exception>
    public static OptimizerDescription Of<TRule>(Hyperparameter<TRule>[] hyperparameters, string summary)
        where TRule : struct, IMatrixRule =>
        OptimizerDescription.Of(hyperparameters, summary, description => new MatrixConfiguration<TRule>(description));
}
