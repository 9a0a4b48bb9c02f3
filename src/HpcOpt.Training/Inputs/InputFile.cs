using System.Buffers.Binary;
using System.IO.Compression;

namespace HpcOpt.Training;

/// <summary>What a file holds, by its first bytes and not by its name.</summary>
public enum InputFormat
{
    /// <summary>Text, taken for CSV.</summary>
    Csv,

    /// <summary>An array: .npy or IDX, the latter plain or gzip.</summary>
    Array,

    /// <summary>Parquet.</summary>
    Parquet,
}

/// <summary>Opens input files, plain or gzip. The first two bytes tell which, not the name.</summary>
public static class InputFile
{
    internal static Stream Open(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw new DataException($"{path}: is a directory; give a file.");
            }

            return File.OpenRead(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"{path}: file not found (current directory: {Environment.CurrentDirectory}); check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>What a file holds; a pipe, which cannot be looked at twice, is taken for CSV.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">There is no such file, or it cannot be read.</exception>
    public static InputFormat FormatOf(string path)
    {
        using Stream stream = Open(path);
        if (!stream.CanSeek)
        {
            return InputFormat.Csv;
        }

        Span<byte> first = stackalloc byte[ArrayHeader.MagicLength];
        try
        {
            bool gzip = IsGzip(stream);
            using Stream content = gzip ? new GZipStream(stream, CompressionMode.Decompress) : stream;
            first = first[..content.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return InputFormat.Csv; // whose reader says what is wrong
        }

        return first.StartsWith("PAR1"u8) ? InputFormat.Parquet : ArrayHeader.IsMagic(first) ? InputFormat.Array : InputFormat.Csv;
    }

    /// <summary>A reader of the text; it owns nothing but <paramref name="stream"/>'s position.</summary>
    internal static StreamReader OpenText(Stream stream, string name)
    {
        Stream text = OpenBytes(stream, name);
        return new StreamReader(text, leaveOpen: text is not GZipStream);
    }

    /// <summary>The text, unpacked: a stream over <paramref name="stream"/>, which stays open, or that stream itself.</summary>
    internal static Stream OpenBytes(Stream stream, string name)
    {
        if (!stream.CanSeek)
        {
            // A pipe cannot be looked at twice.
            MemoryStream copy = new();
            stream.CopyTo(copy);
            copy.Position = 0;
            stream = copy;
        }

        bool gzip = IsGzip(stream);
        if (gzip)
        {
            CheckGzip(stream, name);
        }

        return gzip ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : stream;
    }

    /// <summary>Looks at the next two bytes, and goes back.</summary>
    internal static bool IsGzip(Stream stream)
    {
        long start = stream.Position;
        bool gzip = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = start;
        return gzip;
    }

    /// <summary>Unpacks the rest of the stream once, drops it, and goes back.</summary>
    /// <remarks>
    /// .NET's GZipStream ends silently where a file is cut off, and the last rows would be missing without a word. The trailer holds the
    /// size of the content modulo 2^32 (RFC 1952, ISIZE), so it is unpacked before it is read; this checks its CRC too.
    /// </remarks>
    /// <exception cref="DataException">It is corrupt or cut off.</exception>
    internal static void CheckGzip(Stream stream, string name)
    {
        long start = stream.Position;
        uint size = 0;
        try
        {
            using (GZipStream gzip = new(stream, CompressionMode.Decompress, leaveOpen: true))
            {
                byte[] buffer = new byte[1 << 16];
                for (int read; (read = gzip.Read(buffer)) > 0;)
                {
                    size += (uint)read;
                }
            }

            byte[] trailer = new byte[sizeof(uint)];
            stream.Position = Math.Max(start, stream.Length - trailer.Length);
            stream.ReadExactly(trailer);
            stream.Position = start;
            if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) == size)
            {
                return;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DataException($"{name}: the gzip file is corrupt; test it with 'gzip -t' and copy or compress it again.", e);
        }

        throw new DataException($"{name}: the gzip file is cut off or has several parts: its trailer does not match the {size} bytes "
            + "unpacked; test it with 'gzip -t' and copy it again, or compress it again as one part.");
    }
}
