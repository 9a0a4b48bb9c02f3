using System.Buffers.Binary;

namespace HpcOpt.Training;

/// <summary>Whether the description at the end of a Parquet file ends where it should.</summary>
/// <remarks>
/// Parquet.Net reads on without end where a structure in Thrift's compact protocol lacks its last byte, so this looks first. Source of the
/// layout: the Apache Parquet format and the Thrift compact protocol. What else is wrong with a file, the library finds.
/// </remarks>
internal ref struct ParquetFooter
{
    private const int Trailer = 8; // the length of the footer, and "PAR1"
    private const int MostDepth = 64;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    private ParquetFooter(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>False if the footer is there and runs over its end; the stream then stands at its beginning again.</summary>
    public static bool Ends(Stream stream)
    {
        Span<byte> trailer = stackalloc byte[Trailer];
        if (!stream.CanSeek || stream.Length < Trailer)
        {
            return true;
        }

        stream.Position = stream.Length - Trailer;
        stream.ReadExactly(trailer);
        int length = BinaryPrimitives.ReadInt32LittleEndian(trailer);
        bool ends = true;
        if (trailer[4..].SequenceEqual("PAR1"u8) && length > 0 && length <= stream.Length - Trailer)
        {
            byte[] footer = new byte[length];
            stream.Position = stream.Length - Trailer - length;
            stream.ReadExactly(footer);
            ends = new ParquetFooter(footer).SkipStruct(0);
        }

        stream.Position = 0;
        return ends;
    }

    private bool SkipStruct(int depth)
    {
        while (depth < MostDepth && TryByte(out int header))
        {
            if (header == 0)
            {
                return true;
            }

            // Without a difference to the number of the field before, the number itself follows.
            bool isSkipped = header >> 4 != 0 || TryNumber(out _);
            if (!isSkipped || ((header & 0xF) > 2 && !Skip(header & 0xF, depth + 1)))
            {
                return false;
            }
        }

        return false;
    }

    // A truth value has a byte of its own in lists only.
    private bool Skip(int type, int depth) => type switch
    {
        1 or 2 or 3 => Skip(1),
        4 or 5 or 6 => TryNumber(out _),
        7 => Skip(sizeof(double)),
        8 => TryNumber(out ulong length) && Skip(length),
        9 or 10 => SkipList(depth),
        11 => SkipMap(depth),
        12 => SkipStruct(depth),
        _ => false,
    };

    private bool SkipList(int depth)
    {
        if (!TryByte(out int header))
        {
            return false;
        }

        ulong count = (ulong)header >> 4;
        return (count < 15 || TryNumber(out count)) && SkipMany(count, header & 0xF, 0, depth);
    }

    private bool SkipMap(int depth) =>
        TryNumber(out ulong count) && (count == 0 || (TryByte(out int types) && SkipMany(count, types >> 4, types & 0xF, depth)));

    private bool SkipMany(ulong count, int type, int second, int depth)
    {
        for (ulong i = 0; i < count; i++)
        {
            if (!Skip(type, depth + 1) || (second != 0 && !Skip(second, depth + 1)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryByte(out int value)
    {
        value = _at < _bytes.Length ? _bytes[_at] : -1;
        _at++;
        return value >= 0;
    }

    private bool TryNumber(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (!TryByte(out int next))
            {
                return false;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private bool Skip(ulong bytes)
    {
        if (bytes > (ulong)(_bytes.Length - Math.Min(_at, _bytes.Length)))
        {
            return false;
        }

        _at += (int)bytes;
        return true;
    }
}
