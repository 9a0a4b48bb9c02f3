using System.Numerics;

namespace HpcOpt.Training;

/// <summary>A user's f(x, θ) for one row, and its gradient in θ.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="features">x, the d features of the row.</param>
/// <param name="parameters">θ, m values.</param>
/// <param name="gradient">m values, to be overwritten by ∂f/∂θ; their old content means nothing.</param>
/// <returns>f(x, θ).</returns>
public delegate double RowFunction<T>(ReadOnlySpan<T> features, ReadOnlySpan<T> parameters, Span<T> gradient)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>A user's mean loss (1/|B|) Σ_{i∈B} ℓ_i(θ) over a batch of rows, and its gradient.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="parameters">θ, m values.</param>
/// <param name="rows">B: at least one index from 0 to N-1, all checked.</param>
/// <param name="gradient">m values, to be overwritten; their old content means nothing.</param>
/// <returns>The mean loss.</returns>
public delegate double BatchFunction<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, Span<T> gradient)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>A user's function L(θ), and its gradient.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="parameters">θ, m values.</param>
/// <param name="gradient">m values, to be overwritten; their old content means nothing.</param>
/// <returns>L(θ).</returns>
public delegate double ObjectiveFunction<T>(ReadOnlySpan<T> parameters, Span<T> gradient)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
