using System.Numerics;

namespace HpcOpt.Training;

/// <summary>A function L(θ) without data, as a model of one row: every batch is the full batch.</summary>
/// <remarks>The arguments are checked before the function sees them. One object serves one thread at a time.</remarks>
/// <example>
/// The bowl l(x, y) = 1 + 0.1 x² + y²:
/// <code>
/// FunctionObjective&lt;double&gt; bowl = new(parameterCount: 2, (theta, gradient) =>
/// {
///     (double x, double y) = (theta[0], theta[1]);
///     (gradient[0], gradient[1]) = (0.2 * x, 2 * y);
///     return 1 + 0.1 * x * x + y * y;
/// });
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class FunctionObjective<T> : IModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ObjectiveFunction<T> _function;
    private readonly T[] _unused;

    /// <summary>The objective L.</summary>
    /// <param name="parameterCount">m ≥ 1.</param>
    /// <param name="function">L and its gradient.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="parameterCount"/> is below 1.</exception>
    public FunctionObjective(int parameterCount, ObjectiveFunction<T> function)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameterCount, 1);
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
        _unused = new T[parameterCount];
    }

    /// <inheritdoc/>
    public int ParameterCount => _unused.Length;

    /// <summary>1: the function is its own only row.</summary>
    public int RowCount => 1;

    /// <inheritdoc/>
    public double Gradient(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, Span<T> gradient)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        ModelGuard.Length(gradient.Length, ParameterCount, nameof(gradient));
        ModelGuard.Rows(rows, RowCount);
        return _function(parameters, gradient);
    }

    /// <summary>L(θ), from one call of the function, whose gradient is dropped.</summary>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> has another length than m.</exception>
    public double Loss(ReadOnlySpan<T> parameters)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        return _function(parameters, _unused);
    }
}
