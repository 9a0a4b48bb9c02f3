using System.Numerics;

namespace HpcOpt.Training;

/// <summary>A model that reads few parameters for each row, so that <see cref="Trainer{T}"/> takes sparse steps.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ISparseModel<T> : IModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Parameters that come and go together: the <see cref="SparseGradient{T}.Width"/> of its gradients.</summary>
    int GradientWidth { get; }

    /// <summary>Clears a gradient and lets the rows of parameters appear that a batch reads, with zeros.</summary>
    /// <param name="rows">At least one index from 0 to N-1.</param>
    /// <param name="gradient">For m parameters in rows of <see cref="GradientWidth"/>.</param>
    /// <exception cref="ArgumentException">The gradient has another shape, or there are no rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row is not in 0 … N-1.</exception>
    void Appear(ReadOnlySpan<int> rows, SparseGradient<T> gradient);

    /// <summary>The mean loss over a batch, and its gradient.</summary>
    /// <param name="parameters">θ, m values; only those that <see cref="Appear"/> names are read.</param>
    /// <param name="rows">At least one index from 0 to N-1.</param>
    /// <param name="gradient">For m parameters in rows of <see cref="GradientWidth"/>; overwritten.</param>
    /// <exception cref="ArgumentException">A length is wrong, or there are no rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row is not in 0 … N-1.</exception>
    double Gradient(ReadOnlySpan<T> parameters, ReadOnlySpan<int> rows, SparseGradient<T> gradient);
}
