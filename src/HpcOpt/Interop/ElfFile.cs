using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace HpcOpt.Engine;

/// <summary>Whether a file is a whole shared library for this CPU.</summary>
/// <remarks>The system's loader reads what the header promises; with a truncated file the process dies of a signal.</remarks>
public static class ElfFile
{
    private const int HeaderBytes = 64;
    private const int SharedObject = 3;
    private const int X64 = 62;
    private const int Arm64 = 183;
    private const uint Loaded = 1; // PT_LOAD

    private static int Machine => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Arm64 : X64;

    /// <summary>Why the file cannot be loaded, as a clause of which it is the subject; null if nothing is wrong with it.</summary>
    /// <param name="path">The file.</param>
    public static string? Problem(string path)
    {
        try
        {
            return ProblemOf(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message}";
        }
    }

    private static string? ProblemOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        int read = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (read > 0 && !header[..Math.Min(read, 4)].SequenceEqual("\u007fELF"u8[..Math.Min(read, 4)]))
        {
            return "is no shared library: it does not begin with ELF's mark";
        }

        if (read < HeaderBytes)
        {
            return Text($"was cut off: it has {file.Length} bytes, less than an ELF header");
        }

        int machine = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
        if (header[4] != 2 || header[5] != 1 || machine != Machine)
        {
            return Text(
                $"is for another CPU: {MachineName(machine)}, {(header[4] == 2 ? 64 : 32)}-bit; expected {MachineName(Machine)}, 64-bit");
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(header[16..]) != SharedObject)
        {
            return "is an ELF file, but no shared library";
        }

        ulong promised = Promised(file, header);
        return promised > (ulong)file.Length ? Text($"was cut off: it has {file.Length} of at least {promised} bytes") : null;
    }

    /// <summary>Where the last of the tables and segments that the header names ends.</summary>
    private static ulong Promised(FileStream file, ReadOnlySpan<byte> header)
    {
        ulong programs = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]),
            sections = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        int entry = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]), count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        int sectionEntry = BinaryPrimitives.ReadUInt16LittleEndian(header[58..]),
            sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
        ulong end = ulong.Max(End(programs, (ulong)entry * (ulong)count), End(sections, (ulong)sectionEntry * (ulong)sectionCount));
        if (end > (ulong)file.Length)
        {
            return end;
        }

        byte[] table = new byte[entry * count];
        file.Position = (long)programs;
        file.ReadExactly(table);
        const int LeastEntry = 56;
        for (int i = 0; entry >= LeastEntry && i < count; i++)
        {
            ReadOnlySpan<byte> program = table.AsSpan(i * entry, entry);
            if (BinaryPrimitives.ReadUInt32LittleEndian(program) == Loaded)
            {
                end = ulong.Max(end,
                    End(BinaryPrimitives.ReadUInt64LittleEndian(program[8..]), BinaryPrimitives.ReadUInt64LittleEndian(program[32..])));
            }
        }

        return end;
    }

    private static ulong End(ulong start, ulong bytes) => start > ulong.MaxValue - bytes ? ulong.MaxValue : start + bytes;

    private static string MachineName(int machine) => machine switch
    {
        3 => "x86",
        X64 => "x86-64",
        Arm64 => "AArch64",
        243 => "RISC-V",
        _ => Text($"machine {machine}"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
