using System.Buffers.Binary;
using System.Globalization;

namespace HpcOpt.Training;

/// <summary>What stands before the numbers of an array: their type and shape.</summary>
/// <param name="Type">Of each number.</param>
/// <param name="Shape">The dimensions, the slowest first.</param>
/// <param name="Length">Bytes before the first number.</param>
internal sealed record ArrayHeader(ElementType Type, IReadOnlyList<long> Shape, long Length)
{
    /// <summary>Bytes by which <see cref="IsMagic"/> knows an array.</summary>
    public const int MagicLength = 6;

    private static ReadOnlySpan<byte> NpyMagic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static bool IsMagic(ReadOnlySpan<byte> first) => first.StartsWith(NpyMagic) || IsIdxMagic(first);

    /// <param name="bytes">The start of the file, its whole header included.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="DataException">It is no array that can be read.</exception>
    public static ArrayHeader Parse(ReadOnlySpan<byte> bytes, string file) =>
        bytes.StartsWith(NpyMagic) ? ParseNpy(bytes, file)
        : IsIdxMagic(bytes) ? ParseIdx(bytes, file)
        : throw new DataException(
            $"{file}: begins with the bytes {Hex(bytes[..Math.Min(bytes.Length, MagicLength)])}; "
                + "expected an array: .npy (93 4E 55 4D 50 59) or IDX (00 00, the type, the number of dimensions)"
            + (bytes.StartsWith("PAR1"u8) ? "; this is a Parquet file, whose target is a column (--target)." : "."));

    /// <summary>Bytes of all numbers.</summary>
    /// <exception cref="DataException">A dimension is negative or 0, or the product does not fit into 63 bits.</exception>
    public long ByteCount(string file)
    {
        long count = Type.Size;
        foreach (long dimension in Shape)
        {
            if (dimension <= 0)
            {
                throw new DataException($"{file}: the shape is {ShapeText}; expected at least 1 in every dimension.");
            }

            count = count <= long.MaxValue / dimension ? count * dimension : throw new DataException(
                $"{file}: the shape is {ShapeText} of {Type.Size} bytes each, more than 64 bits can count; "
                    + "the header is corrupt: write the file again.");
        }

        return count;
    }

    /// <summary>As Python prints it.</summary>
    public string ShapeText => Shape.Count == 1 ? $"({Shape[0]},)" : $"({string.Join(", ", Shape)})";

    private static bool IsIdxMagic(ReadOnlySpan<byte> first) => first.Length >= 4 && first[0] == 0 && first[1] == 0;

    // 00 00, type, number of dimensions; then each dimension in 32 bits, big-endian as the numbers.
    private static ArrayHeader ParseIdx(ReadOnlySpan<byte> bytes, string file)
    {
        ElementType type = bytes[2] switch
        {
            0x08 => new('u', 1, false),
            0x09 => new('i', 1, false),
            0x0B => new('i', 2, true),
            0x0C => new('i', 4, true),
            0x0D => new('f', 4, true),
            0x0E => new('f', 8, true),
            _ => throw new DataException($"{file}: the magic number of an IDX file is {Hex(bytes[..4])}; "
                + "expected 08, 09, 0B, 0C, 0D or 0E as its third byte, the type."),
        };
        int dimensions = bytes[3];
        if (dimensions == 0)
        {
            throw new DataException(
                $"{file}: the magic number of an IDX file is {Hex(bytes[..4])}; expected at least one dimension as its fourth byte.");
        }

        int length = 4 + 4 * dimensions;
        if (bytes.Length < length)
        {
            throw Short(file, length, bytes.Length);
        }

        long[] shape = new long[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt32BigEndian(bytes[(4 + 4 * i)..]);
        }

        return new(type, shape, length);
    }

    // Magic, major, minor, length of the text in 16 (version 1) or 32 bits, text: a Python dictionary.
    private static ArrayHeader ParseNpy(ReadOnlySpan<byte> bytes, string file)
    {
        int fixedLength = bytes.Length > MagicLength && bytes[MagicLength] == 1 ? 10 : 12;
        if (bytes.Length < fixedLength)
        {
            throw Short(file, fixedLength, bytes.Length);
        }

        if (bytes[MagicLength] is not (1 or 2 or 3) || bytes[MagicLength + 1] != 0)
        {
            throw new DataException($"{file}: is .npy of version {bytes[MagicLength]}.{bytes[MagicLength + 1]}; expected 1.0, 2.0 or 3.0; "
                + "save it with numpy.save.");
        }

        uint textLength =
            fixedLength == 10 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        return bytes.Length - fixedLength < textLength
            ? throw Short(file, fixedLength + textLength, bytes.Length)
            : NpyDictionary.Parse(bytes.Slice(fixedLength, (int)textLength), fixedLength + textLength, file);
    }

    private static DataException Short(string file, long expected, long found) =>
        new($"{file}: ends after {found} bytes, in its header; expected at least {expected}; the file is cut off: copy it again.");

    private static string Hex(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? "(none)" : string.Join(' ', bytes.ToArray().Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
}
