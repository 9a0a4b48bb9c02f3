using System.Buffers.Binary;
using System.IO.Compression;

namespace HpcOpt.Training;

/// <summary>Opens a file of text, plain or gzip. The first two bytes tell which, not the name.</summary>
internal static class CsvSource
{
    public static Stream OpenFile(string path)
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

    /// <summary>A reader of the text; it owns nothing but <paramref name="stream"/>'s position.</summary>
    public static StreamReader OpenText(Stream stream, string name)
    {
        Stream text = OpenBytes(stream, name);
        return new StreamReader(text, leaveOpen: text is not GZipStream);
    }

    /// <summary>The bytes of the text, unpacked: a stream over <paramref name="stream"/>, which stays open, or that stream itself.</summary>
    public static Stream OpenBytes(Stream stream, string name)
    {
        if (!stream.CanSeek)
        {
            // A pipe cannot be looked at twice.
            MemoryStream copy = new();
            stream.CopyTo(copy);
            copy.Position = 0;
            stream = copy;
        }

        long start = stream.Position;
        bool gzip = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        if (gzip)
        {
            CheckGzip(stream, start, name);
        }

        stream.Position = start;
        return gzip ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : stream;
    }

    // .NET's GZipStream ends silently where a file is cut off, and the last rows would be missing without a word. The trailer holds the
    // size of the text modulo 2^32 (RFC 1952, ISIZE), so the text is unpacked once before it is read; this checks its CRC too.
    private static void CheckGzip(Stream stream, long start, string name)
    {
        uint size = 0;
        try
        {
            stream.Position = start;
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
