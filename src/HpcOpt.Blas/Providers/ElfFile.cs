using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HpcOpt.Blas.Providers;

/// <summary>What can be seen of a shared library before it is loaded. To load one that was cut off kills the process.</summary>
internal static class ElfFile
{
    private const int HeaderLength = 64;
    private const int ProgramHeaderLength = 56;
    private const int X64 = 62;
    private const int Arm64 = 183;

    /// <summary>Why the file cannot be loaded; null if nothing is wrong with it.</summary>
    public static string? Problem(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            Span<byte> header = stackalloc byte[HeaderLength];
            int length = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
            if (length < 4 || !header[..4].SequenceEqual("\u007fELF"u8))
            {
                return "is no shared library (it does not begin as an ELF file does)";
            }

            // Class 2: 64 bits; data 1: the least significant byte first.
            int machine = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
            int expected = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Arm64 : X64;
            if (length == HeaderLength && (header[4] != 2 || header[5] != 1 || machine != expected))
            {
                return $"is for another machine ({Name(machine)}, {(header[4] == 1 ? 32 : 64)} bits); this process needs {Name(expected)}, 64 bits";
            }

            long end = length < HeaderLength ? HeaderLength : EndOfSegments(file, header);
            return file.Length < end ? $"was cut off: it has {file.Length} bytes, and its header promises {end}" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message}";
        }
    }

    // Where the last byte ends that the loader would map.
    private static long EndOfSegments(FileStream file, ReadOnlySpan<byte> header)
    {
        long table = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        long end = table + (count * ProgramHeaderLength);
        Span<byte> segment = stackalloc byte[ProgramHeaderLength];
        for (int i = 0; i < count && end <= file.Length; i++)
        {
            file.Position = table + (i * ProgramHeaderLength);
            file.ReadExactly(segment);
            long offset = BinaryPrimitives.ReadInt64LittleEndian(segment[8..]), length = BinaryPrimitives.ReadInt64LittleEndian(segment[32..]);
            end = Math.Max(end, offset + length);
        }

        return end;
    }

    private static string Name(int machine) => machine switch
    {
        3 => "x86",
        40 => "ARM",
        X64 => "x86-64",
        Arm64 => "AArch64",
        _ => $"number {machine}",
    };
}
