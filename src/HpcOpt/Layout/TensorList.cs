using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcOpt;

/// <summary>The tensors of a model, each at an address of its own: parameters or gradients, one for each segment of a layout.</summary>
/// <remarks>
/// A step over lists is one pass over all tensors, with the bits of the flat vector. Addresses may change at each step. A gradient may be
/// absent: then its tensor and the state that belongs to it are left alone. All tensors of a list have one format.
/// </remarks>
/// <example><code>
/// using var parameters = new TensorList&lt;float&gt;(layout);
/// using var gradients = new TensorList&lt;float&gt;(layout);
/// for (int i = 0; i &lt; layout.Segments.Count; i++)
/// {
///     parameters.Set(i, weights[i]);
///     gradients.Set(i, gradientsOf[i]);
/// }
///
/// optimizer.Step(parameters, gradients);
/// </code></example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>, the precision of the arithmetic.</typeparam>
public sealed unsafe class TensorList<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly nint[] _addresses;
    private readonly nint[] _second;
    private readonly object?[] _owners;
    private readonly long[] _changed;
    private readonly GCHandle[] _pins;
    private bool _isDisposed;

    /// <summary>A list without addresses.</summary>
    /// <param name="layout">One segment for each tensor.</param>
    /// <param name="format">The format of all; none means that of <typeparamref name="T"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="format"/> is fp8, which is for state.</exception>
    public TensorList(ParameterLayout layout, NumberFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (format is { } asked && (!Enum.IsDefined(asked) || asked.HasScales()))
        {
            throw new ArgumentOutOfRangeException(nameof(format), format, "Expected Single, Double, BFloat16, Half or Split.");
        }

        (Layout, Format) = (layout, format ?? Operand<T>.Arithmetic);
        int count = layout.Segments.Count;
        _addresses = GC.AllocateArray<nint>(count, pinned: true);
        _second = GC.AllocateArray<nint>(Format == NumberFormat.Split ? count : 0, pinned: true);
        (_owners, _changed, _pins) = (new object[count], new long[count], new GCHandle[count]);
    }

    /// <summary>The segments.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Format of the numbers of all tensors.</summary>
    public NumberFormat Format { get; }

    /// <summary>Says where a tensor is.</summary>
    /// <param name="segment">Its number in the layout.</param>
    /// <param name="tensor">As long as the segment. An array is pinned while it is in the list; other memory must outlive the list.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no segment of that number.</exception>
    /// <exception cref="ArgumentException">Length or format differ, or the memory may move, as that of a span.</exception>
    /// <exception cref="ObjectDisposedException">The list is disposed.</exception>
    public void Set(int segment, in Operand<T> tensor)
    {
        Check(segment);
        ParameterSegment expected = Layout.Segments[segment];
        if (tensor.Kind != OperandKind.Dense || tensor.Length != expected.Length || tensor.Format != Format)
        {
            throw new ArgumentException(
                $"Segment {expected} needs {expected.Length} numbers in {Format}; got {tensor.Length} in {tensor.Format}.", nameof(tensor));
        }

        if (tensor.MayMove && tensor.Owner is not Array)
        {
            throw new ArgumentException(
                $"The memory of '{expected.Name}' may move; give a vector, an array or an address.", nameof(tensor));
        }

        Unpin(segment);
        if (tensor.MayMove)
        {
            _pins[segment] = GCHandle.Alloc(tensor.Owner, GCHandleType.Pinned);
        }

        // What may move is pinned by now.
        Put(segment, (nint)Unsafe.AsPointer(ref Unsafe.AsRef(in tensor.First)), tensor.Owner);
        if (_second.Length > 0)
        {
            _second[segment] = (nint)Unsafe.AsPointer(ref Unsafe.AsRef(in tensor.Second));
        }
    }

    /// <summary>As <see cref="Set(int, in Operand{T})"/> without an owner, for addresses that change with every step.</summary>
    /// <param name="segment">Its number in the layout.</param>
    /// <param name="address">Address of its numbers, as many as the segment has, in the list's format; null where it is absent.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no segment of that number.</exception>
    /// <exception cref="NotSupportedException">The tensors are in two halves, which need two addresses.</exception>
    /// <exception cref="ObjectDisposedException">The list is disposed.</exception>
    public void SetAddress(int segment, void* address)
    {
        Check(segment);
        if (_second.Length > 0 && address != null)
        {
            throw new NotSupportedException("Tensors in two halves have two addresses; call Set with Operand.Split(upper, lower, length).");
        }

        Unpin(segment);
        if (_addresses[segment] != (nint)address)
        {
            Put(segment, (nint)address, owner: null);
        }
    }

    /// <summary>Makes a gradient absent: the next steps leave its tensor alone.</summary>
    /// <param name="segment">Its number in the layout.</param>
    public void Remove(int segment) => SetAddress(segment, null);

    /// <summary>Forgets all tensors.</summary>
    public void Dispose()
    {
        for (int i = 0; i < _pins.Length; i++)
        {
            Unpin(i);
        }

        Array.Clear(_addresses);
        Array.Clear(_owners);
        _isDisposed = true;
    }

    /// <summary>Rises with every new address.</summary>
    internal long Version { get; private set; }

    internal nint* Addresses => (nint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_addresses));

    internal nint* SecondAddresses =>
        _second.Length == 0 ? null : (nint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_second));

    /// <summary>Whether a tensor got another address since the list had that version.</summary>
    internal bool HasChanged(int segment, long since) => _changed[segment] > since;

    /// <summary>The bytes of a tensor.</summary>
    internal (nint Start, nint End) Bytes(int segment) =>
        (_addresses[segment], _addresses[segment] + (Layout.Segments[segment].Length * Format.Bytes()));

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    private void Check(int segment)
    {
        ThrowIfDisposed();
        if ((uint)segment >= (uint)_addresses.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(segment), segment, $"The layout has the segments 0 to {_addresses.Length - 1}.");
        }
    }

    private void Put(int segment, nint address, object? owner)
    {
        _addresses[segment] = address;
        _owners[segment] = owner;
        _changed[segment] = ++Version;
    }

    private void Unpin(int segment)
    {
        if (_pins[segment].IsAllocated)
        {
            _pins[segment].Free();
        }
    }
}
