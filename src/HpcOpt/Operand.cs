using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>
/// Numbers in memory, as a step takes them: address, length, format and owner. Whatever can hold numbers converts to it.
/// </summary>
/// <remarks>
/// <para>
/// Dense: <see cref="NativeVector{T}"/>, arrays and spans of <typeparamref name="T"/>, of <see cref="BFloat16"/>, and for gradients of
/// <see cref="Half"/>; memory of <typeparamref name="T"/>; any address with a 64-bit length
/// (<see cref="At(void*, nint, NumberFormat)"/>); floats in two halves
/// (<see cref="Split(NativeVector{BFloat16}, NativeVector{ushort})"/>).
/// </para>
/// <para>
/// Many tensors: <see cref="TensorList{T}"/>. Gradients alone: <see cref="GradientAccumulator{T}"/>, <see cref="SparseGradient{T}"/>, and
/// the sum of several (<see cref="GradientSum{T}"/>).
/// </para>
/// <para>It holds nothing: what it describes must live until the call that takes it returns.</para>
/// </remarks>
/// <example><code>
/// optimizer.Step(theta, gradient);                       // vectors, arrays, spans
/// optimizer.Step(theta, Operand&lt;float&gt;.At(pointer, length)); // foreign memory
/// </code></example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>, the precision of the arithmetic.</typeparam>
[SuppressMessage("Usage", "CA2225", Justification = "A constructor for each would say the same twice.")]
[SuppressMessage("Performance", "CA1815", Justification = "A ref struct is not compared.")]
public readonly unsafe ref struct Operand<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal readonly ref byte First;
    internal readonly ref byte Second;
    internal readonly object? Owner;
    internal readonly OperandKind Kind;
    internal readonly bool IsReadOnly;

    /// <summary>Whether the garbage collector may move the memory: an array, which is the owner, or a span.</summary>
    internal readonly bool MayMove;

    private Operand(ref byte first, nint length, NumberFormat format, object? owner, bool mayMove, bool isReadOnly = false)
    {
        First = ref first;
        (Length, Format, Owner, MayMove, IsReadOnly) = (length, format, owner, mayMove, isReadOnly);
    }

    private Operand(OperandKind kind, object owner, nint length, NumberFormat format)
    {
        (Kind, Owner, Length, Format) = (kind, owner, length, format);
    }

    private Operand(void* upper, void* lower, nint length, object? owner)
    {
        First = ref *(byte*)upper;
        Second = ref *(byte*)lower;
        (Length, Format, Owner) = (length, NumberFormat.Split, owner);
    }

    /// <summary>Number of numbers.</summary>
    public nint Length { get; }

    /// <summary>Format of the numbers.</summary>
    public NumberFormat Format { get; }

    /// <summary>The format of <typeparamref name="T"/>.</summary>
    internal static NumberFormat Arithmetic
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? NumberFormat.Single : NumberFormat.Double;
    }

    /// <summary>Address of the lower halves, which never move; null for other formats.</summary>
    internal byte* SecondAddress => (byte*)Unsafe.AsPointer(ref Second);

    /// <summary>Numbers at an address.</summary>
    /// <param name="address">Address of the first, aligned to its size.</param>
    /// <param name="length">Number of numbers, from 0.</param>
    /// <param name="format"><typeparamref name="T"/>'s, <see cref="NumberFormat.BFloat16"/> or <see cref="NumberFormat.Half"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is null and <paramref name="length"/> is not 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> &lt; 0, or another <paramref name="format"/>.</exception>
    public static Operand<T> At(void* address, nint length, NumberFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Guard.NotNull((byte*)address, length, nameof(address));
        return format == Arithmetic || (format != NumberFormat.Split && (format.HoldsParameters() || format.HoldsGradients()))
            ? new(ref *(byte*)address, length, format, owner: null, mayMove: false)
            : throw new ArgumentOutOfRangeException(
                nameof(format), format, $"Expected {Arithmetic}, BFloat16 or Half; for halves of a float use Split.");
    }

    /// <inheritdoc cref="At(void*, nint, NumberFormat)"/>
    public static Operand<T> At(T* address, nint length) => At(address, length, Arithmetic);

    /// <summary>Parameters in two halves, so that nothing is lost although a model computes with bf16.</summary>
    /// <param name="upper">The upper halves, which are the bf16 that a model computes with (cut, not rounded).</param>
    /// <param name="lower">The lower halves, as many: the other 16 bits of each <see cref="float"/>. Zeros mean the bf16 values.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static Operand<T> Split(NativeVector<BFloat16> upper, NativeVector<ushort> lower)
    {
        ArgumentNullException.ThrowIfNull(upper);
        ArgumentNullException.ThrowIfNull(lower);
        Guard.Length(lower.Length, upper.Length, nameof(lower));
        return new(upper.Pointer, lower.Pointer, upper.Length, Tuple.Create(upper, lower));
    }

    /// <summary>Parameters in two halves at two addresses.</summary>
    /// <param name="upper">Address of the upper halves.</param>
    /// <param name="lower">Address of the lower halves.</param>
    /// <param name="length">Number of each.</param>
    /// <exception cref="ArgumentNullException">An address is null and <paramref name="length"/> is not 0.</exception>
    public static Operand<T> Split(void* upper, void* lower, nint length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Guard.NotNull((byte*)upper, length, nameof(upper));
        Guard.NotNull((byte*)lower, length, nameof(lower));
        return new(upper, lower, length, owner: null);
    }

    /// <summary>A vector.</summary>
    public static implicit operator Operand<T>(NativeVector<T> vector) => Of(vector, Arithmetic);

    /// <inheritdoc cref="op_Implicit(NativeVector{T})"/>
    public static implicit operator Operand<T>(NativeVector<BFloat16> vector) => Of(vector, NumberFormat.BFloat16);

    /// <inheritdoc cref="op_Implicit(NativeVector{T})"/>
    public static implicit operator Operand<T>(NativeVector<Half> vector) => Of(vector, NumberFormat.Half);

    /// <summary>An array.</summary>
    public static implicit operator Operand<T>(T[] array) => Of<T>(Checked(array), Arithmetic, array);

    /// <inheritdoc cref="op_Implicit(T[])"/>
    public static implicit operator Operand<T>(BFloat16[] array) => Of<BFloat16>(Checked(array), NumberFormat.BFloat16, array);

    /// <inheritdoc cref="op_Implicit(T[])"/>
    public static implicit operator Operand<T>(Half[] array) => Of<Half>(Checked(array), NumberFormat.Half, array);

    /// <summary>A span.</summary>
    public static implicit operator Operand<T>(Span<T> span) => Of(span, Arithmetic);

    /// <inheritdoc cref="op_Implicit(Span{T})"/>
    public static implicit operator Operand<T>(Span<BFloat16> span) => Of(span, NumberFormat.BFloat16);

    /// <inheritdoc cref="op_Implicit(Span{T})"/>
    public static implicit operator Operand<T>(Span<Half> span) => Of(span, NumberFormat.Half);

    /// <summary>A span that a step may only read: a gradient.</summary>
    public static implicit operator Operand<T>(ReadOnlySpan<T> span) => Of(span, Arithmetic, isReadOnly: true);

    /// <inheritdoc cref="op_Implicit(ReadOnlySpan{T})"/>
    public static implicit operator Operand<T>(ReadOnlySpan<BFloat16> span) => Of(span, NumberFormat.BFloat16, isReadOnly: true);

    /// <inheritdoc cref="op_Implicit(ReadOnlySpan{T})"/>
    public static implicit operator Operand<T>(ReadOnlySpan<Half> span) => Of(span, NumberFormat.Half, isReadOnly: true);

    /// <summary>Memory.</summary>
    public static implicit operator Operand<T>(Memory<T> memory) => Of<T>(memory.Span, Arithmetic, OwnerOf<T>(memory));

    /// <summary>Memory that a step may only read: a gradient.</summary>
    public static implicit operator Operand<T>(ReadOnlyMemory<T> memory) => Of(memory.Span, Arithmetic, OwnerOf(memory), isReadOnly: true);

    /// <summary>Tensors with addresses of their own, one for each segment of a layout.</summary>
    public static implicit operator Operand<T>(TensorList<T> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return new(OperandKind.Tensors, tensors, tensors.Layout.Length, tensors.Format);
    }

    /// <summary>The gradients that an accumulator holds; a step empties it.</summary>
    public static implicit operator Operand<T>(GradientAccumulator<T> accumulator)
    {
        ArgumentNullException.ThrowIfNull(accumulator);
        return new(OperandKind.Accumulated, accumulator, accumulator.Length, Arithmetic);
    }

    /// <summary>A gradient of few rows.</summary>
    public static implicit operator Operand<T>(SparseGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        return new(OperandKind.Sparse, gradient, gradient.Length, Arithmetic);
    }

    /// <summary>The sum or mean of several gradients.</summary>
    public static implicit operator Operand<T>(GradientSum<T> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        return new(OperandKind.Sum, gradients, gradients.Length, gradients.Format);
    }

    private static Operand<T> Of<TNumber>(NativeVector<TNumber> vector, NumberFormat format)
        where TNumber : unmanaged
    {
        ArgumentNullException.ThrowIfNull(vector);
        return new(ref *(byte*)vector.Pointer, vector.Length, format, vector, mayMove: false);
    }

    private static Operand<T> Of<TNumber>(ReadOnlySpan<TNumber> span, NumberFormat format, object? owner = null, bool isReadOnly = false)
        where TNumber : unmanaged =>
        new(ref Unsafe.As<TNumber, byte>(ref MemoryMarshal.GetReference(span)), span.Length, format, owner, mayMove: true, isReadOnly);

    private static TNumber[] Checked<TNumber>(TNumber[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return array;
    }

    // A span of native memory does not keep its owner alive.
    private static object? OwnerOf<TNumber>(ReadOnlyMemory<TNumber> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<TNumber> segment) ? segment.Array
        : MemoryMarshal.TryGetMemoryManager(memory, out MemoryManager<TNumber>? manager) ? manager
        : null;
}

/// <summary>What an <see cref="Operand{T}"/> describes.</summary>
internal enum OperandKind : byte
{
    Dense,
    Tensors,
    Accumulated,
    Sparse,
    Sum,
}
