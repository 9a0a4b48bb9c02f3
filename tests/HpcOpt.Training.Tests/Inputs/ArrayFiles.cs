using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace HpcOpt.Training.Tests;

/// <summary>A folder of its own for a test's files, and writers of .npy and IDX after their descriptions.</summary>
internal sealed class ArrayFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hpcopt-");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public static byte[] RawNpy(string header, byte[] numbers, byte version = 1)
    {
        int fixedLength = version == 1 ? 10 : 12;
        byte[] text = Encoding.UTF8.GetBytes(header.PadRight((fixedLength + header.Length) / 64 * 64 + 63 - fixedLength) + "\n");
        byte[] start = new byte[fixedLength];
        ((byte[])[0x93, .. "NUMPY"u8, version, 0]).CopyTo(start, 0);
        if (version == 1)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(start.AsSpan(8), (ushort)text.Length);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(start.AsSpan(8), (uint)text.Length);
        }

        return [.. start, .. text, .. numbers];
    }

    public static string Header(string type, params long[] shape) =>
        $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}{(shape.Length == 1 ? "," : "")}), }}";

    /// <summary>Numbers of any type of .npy, little-endian.</summary>
    public static byte[] Npy(string type, double[] numbers, params long[] shape) =>
        RawNpy(Header(type, shape), [.. numbers.SelectMany(x => Bytes(type, x))]);

    public static byte[] Idx(byte type, double[] numbers, params int[] shape)
    {
        string name = type switch { 0x08 => "|u1", 0x09 => "|i1", 0x0B => "<i2", 0x0C => "<i4", 0x0D => "<f4", _ => "<f8" };
        byte[] dimensions = new byte[4 * shape.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(dimensions.AsSpan(4 * i), shape[i]);
        }

        return [0, 0, type, (byte)shape.Length, .. dimensions, .. numbers.SelectMany(x => Bytes(name, x).Reverse())];
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static byte[] Bytes(string type, double x) => type switch
    {
        "|u1" or "|b1" => [(byte)x],
        "|i1" => [(byte)(sbyte)x],
        "<u2" => BitConverter.GetBytes((ushort)x),
        "<i2" => BitConverter.GetBytes((short)x),
        "<u4" => BitConverter.GetBytes((uint)x),
        "<i4" => BitConverter.GetBytes((int)x),
        "<u8" => BitConverter.GetBytes((ulong)x),
        "<i8" => BitConverter.GetBytes((long)x),
        "<f4" => BitConverter.GetBytes((float)x),
        _ => BitConverter.GetBytes(x),
    };
}
