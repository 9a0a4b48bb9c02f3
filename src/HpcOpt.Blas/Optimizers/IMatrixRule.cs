using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>
/// The hyperparameters of an optimizer that works on whole matrices, not number by number: <see cref="Muon"/>, <see cref="Shampoo"/>,
/// <see cref="FullMatrixAdaGrad"/>.
/// </summary>
public interface IMatrixRule : IHyperparameters
{
    /// <summary>An optimizer for the segments of a layout: a <see cref="MatrixOptimizer{T, TRule}"/> of this rule.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="layout">The segments with their shapes.</param>
    /// <param name="algebra">Computes products and eigenvalues, on its threads; none means <see cref="LinearAlgebra.Default"/>.</param>
    /// <exception cref="ArgumentException">The rule is <c>default</c>, or the layout is too large for it.</exception>
    Optimizer<T> CreateOptimizer<T>(ParameterLayout layout, LinearAlgebra? algebra = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The state that the rule keeps for the segments of a layout.</summary>
    internal IReadOnlyList<(StateVector Vector, nint Length)> StateFor<T>(ParameterLayout layout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
