using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace HpcOpt.Training;

/// <summary>The number type of an array in a file.</summary>
/// <param name="Kind">u, i or f as in NumPy: unsigned, signed, floating; b for booleans.</param>
/// <param name="Size">Bytes of a number.</param>
/// <param name="IsBigEndian">Whether the first byte is the highest one.</param>
internal readonly record struct ElementType(char Kind, int Size, bool IsBigEndian)
{
    /// <summary>Whether a row can be taken as it lies in the file.</summary>
    public bool Is<T>() => Kind == 'f' && !IsBigEndian && Size == (typeof(T) == typeof(float) ? 4 : 8);

    /// <summary>The numbers in double, which holds each but integers beyond 2⁵³: these are rounded.</summary>
    public void Read(ReadOnlySpan<byte> from, Span<double> to)
    {
        switch (Kind, Size)
        {
            case ('u' or 'b', 1):
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = from[i];
                }

                break;
            case ('f', 8) when !IsBigEndian:
                from.CopyTo(MemoryMarshal.AsBytes(to));
                break;
            case ('f', 4) when !IsBigEndian:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, float>(from), to);
                break;
            default:
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = Number(from.Slice(i * Size, Size));
                }

                break;
        }
    }

    private double Number(ReadOnlySpan<byte> bytes)
    {
        ulong bits = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bits = (bits << 8) | bytes[IsBigEndian ? i : bytes.Length - 1 - i];
        }

        int unused = 64 - 8 * Size;
        return (Kind, Size) switch
        {
            ('f', 4) => BitConverter.UInt32BitsToSingle((uint)bits),
            ('f', _) => BitConverter.UInt64BitsToDouble(bits),
            ('i', _) => (long)(bits << unused) >> unused,
            _ => bits,
        };
    }

    public override string ToString() => $"{(Size == 1 ? "" : IsBigEndian ? ">" : "<")}{Kind}{Size}";
}
