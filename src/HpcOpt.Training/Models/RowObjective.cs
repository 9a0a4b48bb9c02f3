using System.Numerics;

namespace HpcOpt.Training;

/// <summary>A user-defined L(θ) = (1/N) Σ ℓ_i(θ), given by a function over a batch of rows; the rows themselves stay the user's.</summary>
/// <remarks>The arguments are checked before the function sees them. One object serves one thread at a time.</remarks>
/// <example>
/// Median regression of y on a constant, ℓ_i(θ) = |θ - y_i|:
/// <code>
/// double[] y = [1, 2, 10];
/// RowObjective&lt;double&gt; model = new(parameterCount: 1, y.Length, (theta, rows, gradient) =>
/// {
///     double loss = 0;
///     gradient[0] = 0;
///     foreach (int i in rows)
///     {
///         loss += Math.Abs(theta[0] - y[i]) / rows.Length;
///         gradient[0] += (double)Math.Sign(theta[0] - y[i]) / rows.Length;
///     }
///
///     return loss;
/// });
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class RowObjective<T> : IModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchFunction<T> _function;
    private readonly int[] _allRows;
    private readonly T[] _unused;

    /// <summary>The objective of N = <paramref name="rowCount"/> rows.</summary>
    /// <param name="parameterCount">m ≥ 1.</param>
    /// <param name="rowCount">N ≥ 1.</param>
    /// <param name="function">Mean loss and gradient over a batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public RowObjective(int parameterCount, int rowCount, BatchFunction<T> function)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameterCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowCount, 1);
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
        _allRows = [.. Enumerable.Range(0, rowCount)];
        _unused = new T[parameterCount];
    }

    /// <inheritdoc/>
    public int ParameterCount => _unused.Length;

    /// <inheritdoc/>
    public int RowCount => _allRows.Length;

    /// <inheritdoc/>
    public double Gradient(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, Span<T> gradient)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        ModelGuard.Length(gradient.Length, ParameterCount, nameof(gradient));
        ModelGuard.Rows(rows, RowCount);
        return _function(parameters, rows, gradient);
    }

    /// <summary>L(θ) over all rows, from one call of the function, whose gradient is dropped.</summary>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> has another length than m.</exception>
    public double Loss(ReadOnlySpan<T> parameters)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        return _function(parameters, _allRows, _unused);
    }
}
