using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>Several gradients for one step, such as those of workers: their sum or mean, added in pairs, (g₁ + g₂) + (g₃ + g₄).</summary>
/// <remarks>
/// The sum is computed in the pass that takes its norm. Gradients of type <typeparamref name="T"/>: the first receives the sum, not scaled.
/// Of low precision: none is changed, and the sum takes a vector of its own.
/// </remarks>
/// <example><code>
/// using var gradients = new GradientSum&lt;float&gt;(GradientReduction.Mean, ofWorker1, ofWorker2);
/// optimizer.Step(theta, gradients);
/// </code></example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class GradientSum<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly object[] _gradients;
    private NativeVector<T>? _sum;

    /// <summary>The sum or mean of vectors in the precision of the arithmetic.</summary>
    /// <param name="reduction">Mean or sum.</param>
    /// <param name="gradients">At least one, all of one length.</param>
    /// <exception cref="ArgumentException">There is none, or a length differs.</exception>
    public GradientSum(GradientReduction reduction, params ReadOnlySpan<NativeVector<T>> gradients)
        : this(reduction, Operand<T>.Arithmetic, [.. gradients], Lengths(gradients))
    {
    }

    /// <inheritdoc cref="GradientSum{T}(GradientReduction, ReadOnlySpan{NativeVector{T}})"/>
    public GradientSum(GradientReduction reduction, params ReadOnlySpan<NativeVector<BFloat16>> gradients)
        : this(reduction, NumberFormat.BFloat16, [.. gradients], Lengths(gradients))
    {
    }

    /// <inheritdoc cref="GradientSum{T}(GradientReduction, ReadOnlySpan{NativeVector{T}})"/>
    public GradientSum(GradientReduction reduction, params ReadOnlySpan<NativeVector<Half>> gradients)
        : this(reduction, NumberFormat.Half, [.. gradients], Lengths(gradients))
    {
    }

    private GradientSum(GradientReduction reduction, NumberFormat format, object[] gradients, nint[] lengths)
    {
        if (gradients.Length == 0)
        {
            throw new ArgumentException("There are 0 gradients; expected at least one.", nameof(gradients));
        }

        for (int k = 0; k < lengths.Length; k++)
        {
            Guard.Length(lengths[k], lengths[0], $"gradients[{k}]");
        }

        (Reduction, Format, Length, _gradients) = (reduction, format, lengths[0], gradients);
    }

    /// <summary>Mean or sum.</summary>
    public GradientReduction Reduction { get; }

    /// <summary>Format of the gradients.</summary>
    public NumberFormat Format { get; }

    /// <summary>Number of elements of each.</summary>
    public nint Length { get; }

    /// <summary>Number of gradients.</summary>
    public int Count => _gradients.Length;

    /// <summary>Frees the sum; the gradients stay the caller's.</summary>
    public void Dispose() => _sum?.Dispose();

    /// <summary>What the reduction multiplies the sum by.</summary>
    internal double Scale => Reduction == GradientReduction.Mean ? 1.0 / Count : 1;

    internal byte* AddressOf(int k) => _gradients[k] switch
    {
        NativeVector<T> vector => (byte*)vector.Pointer,
        NativeVector<BFloat16> vector => (byte*)vector.Pointer,
        object vector => (byte*)((NativeVector<Half>)vector).Pointer,
    };

    /// <summary>Where the sum goes.</summary>
    internal T* Sum(Execution execution) =>
        _gradients[0] is NativeVector<T> first ? first.Pointer : (_sum ??= new(Length, execution)).Pointer;

    private static nint[] Lengths<TNumber>(ReadOnlySpan<NativeVector<TNumber>> gradients)
        where TNumber : unmanaged
    {
        nint[] lengths = new nint[gradients.Length];
        for (int k = 0; k < lengths.Length; k++)
        {
            ArgumentNullException.ThrowIfNull(gradients[k], nameof(gradients));
            lengths[k] = gradients[k].Length;
        }

        return lengths;
    }
}
