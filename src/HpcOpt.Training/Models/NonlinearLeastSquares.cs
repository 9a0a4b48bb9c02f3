using System.Numerics;
using System.Numerics.Tensors;

namespace HpcOpt.Training;

/// <summary>ℓ_i(θ) = ½(f(x_i, θ) - y_i)², ∂ℓ_i/∂θ = (f(x_i, θ) - y_i) ∂f/∂θ: nonlinear least squares for a function f of yours.</summary>
/// <remarks>
/// Losses are summed in double in the order of the rows; results have the same bits everywhere if f's have. For one thread at a time.
/// </remarks>
/// <example>
/// Exponential growth, f(x, θ) = θ₁ e^{θ₂ x}:
/// <code>
/// NonlinearLeastSquares&lt;double&gt; growth = new(data, parameterCount: 2, (x, theta, gradient) =>
/// {
///     double e = Math.Exp(theta[1] * x[0]);
///     (gradient[0], gradient[1]) = (e, theta[0] * x[0] * e);
///     return theta[0] * e;
/// });
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class NonlinearLeastSquares<T> : IModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RowFunction<T> _function;
    private readonly T[] _rowGradient;

    /// <summary>The model y ≈ f(x, θ).</summary>
    /// <param name="data">N rows.</param>
    /// <param name="parameterCount">m ≥ 1; an intercept is f's business.</param>
    /// <param name="function">f and its gradient in θ.</param>
    /// <exception cref="ArgumentException">The target of <paramref name="data"/> is a class.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="parameterCount"/> is below 1.</exception>
    public NonlinearLeastSquares(DataSet<T> data, int parameterCount, RowFunction<T> function)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(parameterCount, 1);
        ArgumentNullException.ThrowIfNull(function);
        Data = data.ClassLabels is null ? data : throw new ArgumentException("has classes as its target; expected values", nameof(data));
        _function = function;
        _rowGradient = new T[parameterCount];
    }

    /// <summary>The rows.</summary>
    public DataSet<T> Data { get; }

    /// <inheritdoc/>
    public int ParameterCount => _rowGradient.Length;

    /// <inheritdoc/>
    public int RowCount => Data.RowCount;

    /// <inheritdoc/>
    public double Gradient(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, Span<T> gradient)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        ModelGuard.Length(gradient.Length, ParameterCount, nameof(gradient));
        ModelGuard.Rows(rows, RowCount);
        gradient.Clear();
        double loss = 0;
        foreach (int i in rows)
        {
            double residual = Residual(parameters, i);
            loss += 0.5 * residual * residual;
            TensorPrimitives.FusedMultiplyAdd(_rowGradient, T.CreateTruncating(residual / rows.Length), gradient, gradient);
        }

        GC.KeepAlive(Data); // and the file under its rows
        return loss / rows.Length;
    }

    /// <inheritdoc/>
    public double Loss(ReadOnlySpan<T> parameters)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        ModelGuard.NotEmpty(RowCount);
        double loss = 0;
        for (int i = 0; i < RowCount; i++)
        {
            double residual = Residual(parameters, i);
            loss += 0.5 * residual * residual;
        }

        GC.KeepAlive(Data);
        return loss / RowCount;
    }

    /// <summary>f(x_i, θ) of row <paramref name="row"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> has another length than m.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is not in 0 … N-1.</exception>
    public double Predict(ReadOnlySpan<T> parameters, int row)
    {
        ModelGuard.Length(parameters.Length, ParameterCount, nameof(parameters));
        ModelGuard.Rows([row], RowCount);
        return _function(Data.Row(row), parameters, _rowGradient);
    }

    private double Residual(ReadOnlySpan<T> parameters, int row) =>
        _function(Data.Row(row), parameters, _rowGradient) - double.CreateTruncating(Data.Targets[row]);
}
