using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>One state vector of an optimizer as it stands in memory, which the optimizer owns: what a checkpoint keeps.</summary>
public sealed unsafe class StoredVector : IDisposable
{
    private readonly NativeVector<byte>? _bytes;
    private readonly void* _pointer;

    internal StoredVector(string name, NumberFormat format, nint length, nint scales, Execution execution)
    {
        (Name, Format, Length) = (name, format, length);
        _bytes = new NativeVector<byte>(length * format.Bytes(), execution);
        _pointer = _bytes.Pointer;
        Scales = format.HasScales() ? new NativeVector<float>(scales, execution) : null;
    }

    /// <summary>Of a vector in the precision of the arithmetic, which somebody else owns.</summary>
    internal StoredVector(string name, NumberFormat format, nint length, void* pointer)
    {
        (Name, Format, Length) = (name, format, length);
        _pointer = pointer;
    }

    /// <summary>Name, as the rule gives it: <c>m</c>.</summary>
    public string Name { get; }

    /// <summary>How the numbers stand in memory.</summary>
    public NumberFormat Format { get; }

    /// <summary>Number of parameters.</summary>
    public nint Length { get; }

    /// <summary>Address of the first byte, valid until the optimizer is disposed.</summary>
    public void* Pointer => _pointer;

    /// <summary>Bytes from there on; scales are not among them.</summary>
    public nint ByteLength => Length * Format.Bytes();

    /// <summary>
    /// The scales of fp8, each a power of two or 0, for blocks of 256 parameters; with a layout each segment begins a block. Null for other formats.
    /// </summary>
    public NativeVector<float>? Scales { get; }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _bytes?.Dispose();
        Scales?.Dispose();
    }

    /// <summary>Sets a range that begins a block, to the nearest number that the format has.</summary>
    internal void Fill(nint start, nint count, nint firstScale, double value, Execution execution)
    {
        float single = (float)value;
        byte* at = (byte*)_pointer + (start * Format.Bytes());
        float scale = Format.HasScales() ? Formats.Scales.Of(&single, 1, Format == NumberFormat.UnsignedFloat8) : 0;
        var written = new BlockScale(scale);
        uint stored = 0;
        Conversion<float, LanesScalar<float>>.Encode(Format, isStochastic: false, &single, mixed: null, (byte*)&stored, null, &written, slot: 0, count: 1);
        switch (Format.Bytes())
        {
            case sizeof(byte): execution.Fill(at, count, (byte)stored); break;
            case sizeof(ushort): execution.Fill((ushort*)at, count, (ushort)stored); break;
            case sizeof(float): execution.Fill((float*)at, count, single); break;
            default: execution.Fill((double*)at, count, value); break;
        }

        if (Scales is not null)
        {
            execution.Fill(Scales.Pointer + firstScale, (count + Float8.BlockLength - 1) / Float8.BlockLength, scale);
        }
    }
}
