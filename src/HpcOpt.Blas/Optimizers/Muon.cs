using System.Numerics;
using static HpcOpt.Interval;

namespace HpcOpt.Blas;

/// <summary>
/// Muon: M ← μM + (1-μ)G; θ ← (1-ηλ)θ - ηsO, where O has the singular vectors of (1-μ)G + μM (Nesterov) or M, and singular values near 1;
/// for the segments of two dimensions. All others, and <see cref="AdamSegments"/>, take <see cref="AdamW"/>.
/// </summary>
/// <remarks>
/// <para>
/// O comes from K steps of a Newton-Schulz iteration, three matrix products each: X ← aX + (bA + cA²)X with A = XXᵀ, or the same with
/// A = XᵀX and X on the left where there are more rows than columns, a = 3.4445, b = -4.7750, c = 2.0315, from X / max(‖X‖, ε). Five steps
/// bring singular values of at least a hundredth of ‖X‖ to 0.68 … 1.13 or so, and no further: speed was preferred to accuracy.
/// </para>
/// <para>s = √max(1, rows / columns), or with <see cref="MatchRms"/> s = 0.2·√max(rows, columns): updates of AdamW's size.</para>
/// <para>
/// As torch.optim.Muon of PyTorch 2.9, which iterates in bfloat16 (here in the precision of the parameters) and leaves AdamW's segments to
/// another optimizer. Its authors advise AdamW for embeddings and for the last layer as well: see <see cref="AdamSegments"/>.
/// </para>
/// <para>Sources: K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; J. Liu et al., "Muon is
/// scalable for LLM training", 2025, for <see cref="MatchRms"/>. State: momentum of each matrix; m and v of each other segment.</para>
/// </remarks>
public record struct Muon : IMatrixRule
{
    private static readonly Interval IterationRange = new(1, 100);

    /// <summary>η = 0.02, μ = 0.95, Nesterov, λ = 0, ε = 1e-7, K = 5; AdamW: η·0.015, β₁ = 0.9, β₂ = 0.95, ε = 1e-10, λ = 0.</summary>
    public Muon() { }

    /// <inheritdoc/>
    public readonly string Name => "muon";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.02;

    /// <summary>Weight μ of the past in the mean of gradients, in [0, 1).</summary>
    public double Momentum { readonly get; set => field = Fraction.Check(value); } = 0.95;

    /// <summary>Look ahead: orthogonalise (1-μ)G + μM instead of M.</summary>
    public bool Nesterov { readonly get; set; } = true;

    /// <summary>Decoupled weight decay λ ≥ 0 of the matrices: each step takes the fraction ηλ of θ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>ε > 0, the least norm by which a matrix is divided: a smaller one gets a smaller update.</summary>
    public double Epsilon { readonly get; set => field = Positive.Check(value); } = 1e-7;

    /// <summary>K, steps of the Newton-Schulz iteration, 1 to 100.</summary>
    public int Iterations { readonly get; set => field = IterationRange.Check(value); } = 5;

    /// <summary>s = 0.2·√max(rows, columns), so that learning rates of AdamW fit.</summary>
    public bool MatchRms { readonly get; set; }

    /// <summary>Names of segments of two dimensions that take AdamW as well, such as embeddings; others need a new optimizer.</summary>
    public IReadOnlyList<string> AdamSegments { readonly get => field ?? []; set; }

    /// <summary>AdamW's learning rate as a multiple of <see cref="LearningRate"/>, ≥ 0.</summary>
    public double AdamRateFactor { readonly get; set => field = NotNegative.Check(value); } = 0.015;

    /// <summary>β₁ of AdamW, in [0, 1).</summary>
    public double AdamBeta1 { readonly get; set => field = Fraction.Check(value); } = 0.9;

    /// <summary>β₂ of AdamW, in [0, 1).</summary>
    public double AdamBeta2 { readonly get; set => field = Fraction.Check(value); } = 0.95;

    /// <summary>ε ≥ 0 of AdamW.</summary>
    public double AdamEpsilon { readonly get; set => field = NotNegative.Check(value); } = 1e-10;

    /// <summary>Decoupled weight decay λ ≥ 0 of AdamW.</summary>
    public double AdamWeightDecay { readonly get; set => field = NotNegative.Check(value); }

    internal static Hyperparameter<Muon>[] Hyperparameters => [
        new(r => r.Momentum, (r, v) => r with { Momentum = v }, Fraction), new(r => r.Nesterov, (r, v) => r with { Nesterov = v }),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, Positive),
        new(r => r.Iterations, (r, v) => r with { Iterations = v }, IterationRange),
        new(r => r.MatchRms, (r, v) => r with { MatchRms = v }),
        new(r => r.AdamRateFactor, (r, v) => r with { AdamRateFactor = v }, NotNegative),
        new(r => r.AdamBeta1, (r, v) => r with { AdamBeta1 = v }, Fraction),
        new(r => r.AdamBeta2, (r, v) => r with { AdamBeta2 = v }, Fraction),
        new(r => r.AdamEpsilon, (r, v) => r with { AdamEpsilon = v }, NotNegative),
        new(r => r.AdamWeightDecay, (r, v) => r with { AdamWeightDecay = v }, NotNegative)];

    /// <inheritdoc cref="IMatrixRule.CreateOptimizer"/>
    public readonly MatrixOptimizer<T, Muon> CreateOptimizer<T>(ParameterLayout layout, LinearAlgebra? algebra = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new MuonOptimizer<T>(layout, this, algebra ?? LinearAlgebra.Default);
    }

    readonly Optimizer<T> IMatrixRule.CreateOptimizer<T>(ParameterLayout layout, LinearAlgebra? algebra) =>
        CreateOptimizer<T>(layout, algebra);

    readonly IReadOnlyList<(StateVector Vector, nint Length)> IMatrixRule.StateFor<T>(ParameterLayout layout)
    {
        foreach (string name in AdamSegments)
        {
            _ = layout[name];
        }

        List<(StateVector, nint)> state = [];
        foreach (ParameterSegment segment in layout.Segments)
        {
            foreach (string name in (string[])(IsMatrix(segment) ? ["momentum"] : ["m", "v"]))
            {
                state.Add((new($"{segment.Name}.{name}"), segment.Length));
            }
        }

        return state;
    }

    /// <summary>Whether a segment is orthogonalised.</summary>
    internal readonly bool IsMatrix(ParameterSegment segment) =>
        segment.Shape.Count == 2 && !AdamSegments.Contains(segment.Name, StringComparer.Ordinal);
}
