using System.Runtime.InteropServices;

namespace HpcOpt.Tests.Memory;

/// <summary>Memory between two pages that may not be touched: one byte too far ends the process.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int Page = 4096;

    private readonly byte* _start;
    private readonly nuint _bytes;

    public GuardedMemory(int capacity)
    {
        Capacity = (capacity + Page - 1) / Page * Page;
        _bytes = (nuint)(Capacity + (2 * Page));
        _start = (byte*)MMap(null, _bytes, 3 /* read, write */, 0x22 /* private, anonymous */, -1, 0);
        Assert.NotEqual(-1, (nint)_start);
        Assert.Equal(0, MProtect(_start, Page, 0));
        Assert.Equal(0, MProtect(_start + Page + Capacity, Page, 0));
    }

    public int Capacity { get; }

    /// <summary>The address from which <paramref name="bytes"/> bytes end (or begin) exactly at a guard; all else is poisoned.</summary>
    public byte* Place(int bytes, bool atEnd)
    {
        new Span<byte>(_start + Page, Capacity).Fill(0xA5);
        return _start + Page + (atEnd ? Capacity - bytes : 0);
    }

    /// <summary>Whether the poison beside the range is untouched.</summary>
    public bool IsIntact(int bytes, bool atEnd) =>
        !new Span<byte>(_start + Page + (atEnd ? 0 : bytes), Capacity - bytes).ContainsAnyExcept((byte)0xA5);

    public void Dispose() => Assert.Equal(0, MUnmap(_start, _bytes));

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* MMap(void* address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int MProtect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MUnmap(void* address, nuint length);
}
