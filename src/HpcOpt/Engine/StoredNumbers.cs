namespace HpcOpt.Engine;

/// <summary>Numbers of a format at an address.</summary>
internal readonly unsafe struct StoredNumbers(void* pointer, NumberFormat format)
{
    public readonly byte* Pointer = (byte*)pointer;
    public readonly NumberFormat Format = format;
}
