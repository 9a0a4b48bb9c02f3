using System.Numerics;
using static HpcOpt.Interval;

namespace HpcOpt.Blas;

/// <summary>
/// Shampoo: L ← L + GGᵀ, R ← R + GᵀG; P = (L + εI)^(-1/4) G (R + εI)^(-1/4); θ ← (1-ηλ)θ - ηP, or with momentum M ← μM + P;
/// θ ← (1-ηλ)θ - ηM; for each segment.
/// </summary>
/// <remarks>
/// <para>
/// A segment of m × n keeps factors of m × m and n × n, where <see cref="FullMatrixAdaGrad"/> would keep one of mn × mn. A segment of one
/// dimension has L alone, and P = (L + εI)^(-1/2) G: full-matrix AdaGrad. One of more dimensions is taken as a matrix of its first by all
/// others. A dimension above <see cref="MaxDimension"/> keeps only the diagonal of its factor, the paper's diagonal form.
/// </para>
/// <para>
/// The roots come from eigenvalues, in double. They are recomputed in each of the first <see cref="RootInterval"/> steps, while the
/// factors still change much, then in every <see cref="RootInterval"/>-th; in between the last ones serve.
/// </para>
/// <para>
/// Source: V. Gupta, T. Koren, Y. Singer, "Shampoo: preconditioned stochastic tensor optimization", 2018; decay and momentum are additions.
/// State for each segment: left and right, the factors; leftRoot and rightRoot; with μ > 0 momentum.
/// </para>
/// </remarks>
public record struct Shampoo : IMatrixRule
{
    private static readonly Interval IntervalRange = new(1, int.MaxValue);
    private static readonly Interval DimensionRange = new(0, 16384);

    /// <summary>η = 0.1, ε = 1e-4, μ = 0, λ = 0, roots every 10th step, dimensions up to 512.</summary>
    public Shampoo() { }

    /// <inheritdoc/>
    public readonly string Name => "shampoo";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.1;

    /// <summary>ε > 0, added to the diagonal of the factors.</summary>
    public double Epsilon { readonly get; set => field = Positive.Check(value); } = 1e-4;

    /// <summary>Weight μ of the past in the sum of steps, in [0, 1).</summary>
    public double Momentum { readonly get; set => field = Fraction.Check(value); }

    /// <summary>Decoupled weight decay λ ≥ 0: each step takes the fraction ηλ of θ.</summary>
    public double WeightDecay { readonly get; set => field = NotNegative.Check(value); }

    /// <summary>Steps from one computation of the roots to the next, from 1.</summary>
    public int RootInterval { readonly get; set => field = IntervalRange.Check(value); } = 10;

    /// <summary>The largest dimension that has a whole factor, from 0; a new one needs a new optimizer.</summary>
    public int MaxDimension { readonly get; set => field = DimensionRange.Check(value); } = 512;

    internal static Hyperparameter<Shampoo>[] Hyperparameters => [
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, Positive), new(r => r.Momentum, (r, v) => r with { Momentum = v }, Fraction),
        new(r => r.WeightDecay, (r, v) => r with { WeightDecay = v }, NotNegative),
        new(r => r.RootInterval, (r, v) => r with { RootInterval = v }, IntervalRange),
        new(r => r.MaxDimension, (r, v) => r with { MaxDimension = v }, DimensionRange)];

    /// <inheritdoc cref="IMatrixRule.CreateOptimizer"/>
    public readonly MatrixOptimizer<T, Shampoo> CreateOptimizer<T>(ParameterLayout layout, LinearAlgebra? algebra = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new ShampooOptimizer<T>(layout, this, algebra ?? LinearAlgebra.Default);
    }

    readonly Optimizer<T> IMatrixRule.CreateOptimizer<T>(ParameterLayout layout, LinearAlgebra? algebra) =>
        CreateOptimizer<T>(layout, algebra);

    readonly IReadOnlyList<(StateVector Vector, nint Length)> IMatrixRule.StateFor<T>(ParameterLayout layout)
    {
        List<(StateVector, nint)> state = [];
        foreach (ParameterSegment segment in layout.Segments)
        {
            nint[] sides = segment.Shape.Count == 1 ? [segment.Length] : [segment.Shape[0], segment.Length / segment.Shape[0]];
            foreach ((int i, nint side) in sides.Index())
            {
                string name = $"{segment.Name}.{(i == 0 ? "left" : "right")}";
                nint elements = side <= MaxDimension ? side * side : side;
                state.Add((new(name), elements));
                state.Add((new($"{name}Root"), elements));
            }

            if (Momentum > 0)
            {
                state.Add((new($"{segment.Name}.momentum"), segment.Length));
            }
        }

        return state;
    }
}
