using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using HpcOpt.Engine;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>A view of a vector that an optimizer owns: a state vector, the average, the bf16 copy. It ends with the optimizer.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The optimizer disposes it; who borrows it cannot.")]
public sealed unsafe class StateView
{
    private readonly NativeVector<byte> _bytes;
    private readonly NativeVector<float>? _scales;
    private readonly Execution _execution;

    internal StateView(
        string name, NumberFormat format, nint length, nint scales, Execution execution, string owned = "the optimizer's state")
    {
        (Name, Format, Length, _execution, Owned) = (name, format, length, execution, owned);
        _bytes = new NativeVector<byte>(length * format.Bytes(), execution);
        _scales = format.HasScales() ? new NativeVector<float>(scales, execution) : null;
    }

    /// <summary>Name, as the rule gives it: <c>m</c>.</summary>
    public string Name { get; }

    /// <summary>Format of the numbers.</summary>
    public NumberFormat Format { get; }

    /// <summary>Number of numbers.</summary>
    public nint Length { get; }

    /// <summary>Bytes of the numbers; scales are not among them.</summary>
    public nint ByteLength => _bytes.Length;

    /// <summary>Bytes of numbers and scales.</summary>
    public nint MemoryBytes => ByteLength + ((_scales?.Length ?? 0) * sizeof(float));

    /// <summary>Which of the wishes of <see cref="Execution.Memory"/> were granted.</summary>
    public MemoryOptions Memory => _bytes.Memory;

    /// <summary>Address of the first number.</summary>
    /// <exception cref="ObjectDisposedException">The optimizer is disposed.</exception>
    public void* Pointer => _bytes.Pointer;

    /// <summary>The scales of fp8, powers of two or 0, for blocks of 256 numbers; segments begin a block. Else empty.</summary>
    /// <exception cref="ObjectDisposedException">The optimizer is disposed.</exception>
    public Span<float> Scales => _scales is null ? [] : _scales.AsSpan();

    /// <summary>The numbers as they are in memory.</summary>
    /// <typeparam name="TNumber">The type of <see cref="Format"/>: float, double, <see cref="BFloat16"/> or byte.</typeparam>
    /// <exception cref="NotSupportedException">The type has another size.</exception>
    /// <exception cref="InvalidOperationException">There are more than a span can hold.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer is disposed.</exception>
    public Span<TNumber> AsSpan<TNumber>()
        where TNumber : unmanaged =>
        sizeof(TNumber) == Format.Bytes()
            ? MemoryMarshal.Cast<byte, TNumber>(_bytes.AsSpan())
            : throw new NotSupportedException(
                $"{Name} holds numbers of {Format.Bytes()} bytes ({Format}); {typeof(TNumber).Name} has {sizeof(TNumber)}.");

    /// <summary>What errors call it.</summary>
    internal string Owned { get; }

    /// <summary>What a pass knows of it.</summary>
    internal Numbers Numbers => new(_bytes.Pointer, Format) { Scales = _scales is null ? null : _scales.Pointer };

    internal void Visit(StateVisitor visitor, string name)
    {
        visitor.Vector(name, EntryTypes.Of(Format), Pointer, Length);
        if (_scales is not null)
        {
            visitor.Vector($"{name}.scales", EntryType.Single, _scales.Pointer, _scales.Length);
        }
    }

    internal void Dispose()
    {
        _bytes.Dispose();
        _scales?.Dispose();
    }

    /// <summary>Sets a range that begins a block, to the nearest number that the format has.</summary>
    internal void Fill(nint start, nint count, nint firstScale, double value)
    {
        float single = (float)value;
        byte* at = _bytes.Pointer + (start * Format.Bytes());
        float scale = Format.HasScales() ? Formats.Scales.Of(&single, 1, Format == NumberFormat.UnsignedFloat8) : 0;
        var written = new BlockScale(scale);
        uint stored = 0;
        Conversion<float, LanesScalar<float>>.Encode(
            new(&stored, Format), 0, isStochastic: false, &single, mixed: null, &written, slot: 0, count: 1);
        switch (Format.Bytes())
        {
            case sizeof(byte): _execution.Fill(at, count, (byte)stored); break;
            case sizeof(ushort): _execution.Fill((ushort*)at, count, (ushort)stored); break;
            case sizeof(float): _execution.Fill((float*)at, count, single); break;
            default: _execution.Fill((double*)at, count, value); break;
        }

        if (_scales is not null)
        {
            _execution.Fill(_scales.Pointer + firstScale, (count + Float8.BlockLength - 1) / Float8.BlockLength, scale);
        }
    }
}
