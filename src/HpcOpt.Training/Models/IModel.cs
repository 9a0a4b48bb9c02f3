using System.Numerics;

namespace HpcOpt.Training;

/// <summary>An average loss L(θ) = (1/N) Σ ℓ_i(θ) over N rows, and its gradient over some: all that training needs of a model.</summary>
/// <remarks>
/// Ready ones: <see cref="LinearRegression{T}"/>, <see cref="LogisticRegression{T}"/>, <see cref="SoftmaxRegression{T}"/>,
/// <see cref="PoissonRegression{T}"/>, <see cref="NonlinearLeastSquares{T}"/>, <see cref="MultilayerPerceptron{T}"/>. Of one's own:
/// <see cref="RowObjective{T}"/>, <see cref="FunctionObjective{T}"/>, or this interface; check it by <see cref="GradientCheck"/>.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>m, the length of θ.</summary>
    int ParameterCount { get; }

    /// <summary>N.</summary>
    int RowCount { get; }

    /// <summary>How named segments lie in θ, for optimizers that treat matrices or layers as such; null where θ is one vector.</summary>
    ParameterLayout? Layout => null;

    /// <summary>The mean loss (1/|B|) Σ_{i∈B} ℓ_i(θ) over a batch, and its gradient.</summary>
    /// <param name="parameters">θ, m values.</param>
    /// <param name="rows">B: at least one index from 0 to N-1.</param>
    /// <param name="gradient">m values, overwritten; must not overlap <paramref name="parameters"/>.</param>
    /// <exception cref="ArgumentException">A length is wrong, or there are no rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row is not in 0 … N-1.</exception>
    double Gradient(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, Span<T> gradient);

    /// <summary>L(θ) over all rows.</summary>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> has another length than m.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    double Loss(ReadOnlySpan<T> parameters);

    /// <summary>The share of the rows whose class is predicted, in [0, 1]; null for a model without classes.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Loss"/>.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Loss"/>.</exception>
    double? Accuracy(ReadOnlySpan<T> parameters) => null;
}
