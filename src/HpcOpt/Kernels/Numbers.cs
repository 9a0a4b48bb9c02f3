using System.Runtime.InteropServices;

namespace HpcOpt.Engine;

/// <summary>Numbers of one format in memory that does not move: a pinned <see cref="Operand{T}"/>, or a state vector.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Numbers
{
    public byte* Address;

    /// <summary>The lower halves of split numbers. Of parameters in full precision: where a bf16 copy of them goes, or null.</summary>
    public byte* Second;

    /// <summary>Scales of the blocks, of formats that have them.</summary>
    public float* Scales;

    public NumberFormat Format;

    public Numbers(void* address, NumberFormat format, void* second = null)
    {
        Address = (byte*)address;
        Second = (byte*)second;
        Format = format;
    }

    public readonly byte* At(nint i) => Address + (i * Format.Bytes());

    /// <summary>The same behind a second address; both kinds of second numbers have 16 bits.</summary>
    public readonly byte* SecondAt(nint i) => Second + (i * sizeof(ushort));

    /// <summary>Whether a bf16 copy of these numbers is written too.</summary>
    public readonly bool HasCopy => Second != null && Format == NumberFormat.Single;
}
