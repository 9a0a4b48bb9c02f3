using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcOpt.Tensors;

/// <summary>Tensors of System.Numerics.Tensors as operands of a step: dense ones, in row-major order, in place.</summary>
/// <example><code>
/// optimizer.Step(weights.AsOperand(), gradient.AsOperand());
/// </code></example>
public static unsafe class TensorOperands
{
    /// <summary>The numbers of a tensor, to be read and written.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tensor">Any rank; dense.</param>
    /// <exception cref="ArgumentException">The tensor has gaps or a broadcast dimension.</exception>
    public static Operand<T> AsOperand<T>(this in TensorSpan<T> tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(tensor.IsDense, nameof(tensor));
        ref T first = ref tensor.GetPinnableReference();
        nint length = tensor.FlattenedLength;

        // Longer than a span is native memory alone, which does not move.
        return length <= int.MaxValue
            ? MemoryMarshal.CreateSpan(ref first, (int)length)
            : Operand<T>.At((T*)Unsafe.AsPointer(ref first), length);
    }

    /// <summary>The numbers of a tensor, to be read: a gradient.</summary>
    /// <inheritdoc cref="AsOperand{T}(in TensorSpan{T})"/>
    public static Operand<T> AsOperand<T>(this in ReadOnlyTensorSpan<T> tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(tensor.IsDense, nameof(tensor));
        ref T first = ref Unsafe.AsRef(in tensor.GetPinnableReference());
        nint length = tensor.FlattenedLength;
        return length <= int.MaxValue
            ? MemoryMarshal.CreateReadOnlySpan(ref first, (int)length)
            : Operand<T>.At((T*)Unsafe.AsPointer(ref first), length);
    }

    private static void Check(bool isDense, string name)
    {
        if (!isDense)
        {
            throw new ArgumentException("The tensor has gaps or repeats elements; copy it to a dense one first.", name);
        }
    }
}
