using System.Numerics;
using static HpcOpt.Interval;

namespace HpcOpt.Blas;

/// <summary>AdaGrad with the full matrix: G ← G + ggᵀ; θ ← θ - η(G + εI)^(-1/2)g, over all N parameters of a layout.</summary>
/// <remarks>
/// The root comes from the eigenvalues of G: with G = VᵀΛV the step is ηVᵀ(Λ + ε)^(-1/2)Vg. Until N gradients have been seen G is singular;
/// ε then decides how far a step goes where no gradient has been. Each step costs O(N³), so N is at most <see cref="MostParameters"/>. The
/// diagonal form for any N is <see cref="AdaGrad"/>. G is kept in double: for float parameters as the sum of two floats, because the
/// smallest eigenvalues, which count most, would drown in the rounding of the largest. Source: J. Duchi, E. Hazan, Y. Singer, "Adaptive
/// subgradient methods for online learning and stochastic optimization", 2011. State: G of N × N, and in float its low part.
/// </remarks>
public record struct FullMatrixAdaGrad : IMatrixRule
{
    /// <summary>The largest N, 4096: G and its eigenvectors then take 268 MB, and a step many seconds.</summary>
    public const int MostParameters = 4096;

    /// <summary>η = 0.01, ε = 1e-10.</summary>
    public FullMatrixAdaGrad() { }

    /// <inheritdoc/>
    public readonly string Name => "adagrad-full";

    /// <inheritdoc/>
    public double LearningRate { readonly get; set => field = NotNegative.Check(value); } = 0.01;

    /// <summary>ε > 0, which makes G invertible.</summary>
    public double Epsilon { readonly get; set => field = Positive.Check(value); } = 1e-10;

    internal static Hyperparameter<FullMatrixAdaGrad>[] Hyperparameters => [
        new(r => r.Epsilon, (r, v) => r with { Epsilon = v }, Positive)];

    /// <inheritdoc cref="IMatrixRule.CreateOptimizer"/>
    public readonly MatrixOptimizer<T, FullMatrixAdaGrad> CreateOptimizer<T>(ParameterLayout layout, LinearAlgebra? algebra = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new FullMatrixAdaGradOptimizer<T>(layout, this, algebra ?? LinearAlgebra.Default);
    }

    readonly Optimizer<T> IMatrixRule.CreateOptimizer<T>(ParameterLayout layout, LinearAlgebra? algebra) =>
        CreateOptimizer<T>(layout, algebra);

    readonly IReadOnlyList<(StateVector Vector, nint Length)> IMatrixRule.StateFor<T>(ParameterLayout layout)
    {
        nint n = (nint)layout.Segments.Sum(segment => (long)segment.Length);
        if (n > MostParameters)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The layout has {n} parameters, for which {Name} would keep two matrices of ")
                + FormattableString.Invariant($"as many rows and columns: {16.0 * n * n / 1e9:G3} GB. ")
                + FormattableString.Invariant($"Expected at most {MostParameters}; use adagrad, the diagonal form, or shampoo."),
                nameof(layout));
        }

        return typeof(T) == typeof(float) ? [(new("G"), n * n), (new("GLow"), n * n)] : [(new("G"), n * n)];
    }
}
