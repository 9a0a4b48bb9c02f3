using System.Globalization;
using HpcOpt.Interop;

namespace HpcOpt.Native.Tests;

/// <summary>Memory of the native part lies where /proc says it should.</summary>
public unsafe class MemoryTests
{
    private const ulong HugePage = 2 << 20;
    private const int LargeLength = 4 << 20;

    [Theory, InlineData(1UL), InlineData(HugePage), InlineData((3 * HugePage) + 1)]
    public void It_is_aligned_zero_and_gone_when_freed(ulong bytes)
    {
        Assert.NotEmpty(TheLibrary.File);
        hpc_memory memory;
        Assert.Equal(NativeMethods.HPC_OK, NativeMethods.hpc_allocate(bytes, NativeMethods.HPC_MEMORY_INTERLEAVED, &memory));
        Assert.Equal((0UL, HugePage), ((ulong)memory.address % memory.page_bytes, memory.page_bytes));
        Assert.Equal((bytes + HugePage - 1) / HugePage * HugePage, memory.bytes);
        Assert.False(new Span<byte>(memory.address, (int)memory.bytes).ContainsAnyExcept((byte)0));
        Assert.True(IsInterleaved((nint)memory.address));
        Assert.Equal(NativeMethods.HPC_OK, NativeMethods.hpc_free(&memory));
        Assert.False(IsInterleaved((nint)memory.address));
    }

    [Fact]
    public void Interleaved_memory_has_that_policy_and_other_memory_the_default()
    {
        Assert.NotEmpty(TheLibrary.File);
        hpc_memory interleaved, other;
        Assert.Equal(NativeMethods.HPC_OK, NativeMethods.hpc_allocate(HugePage, NativeMethods.HPC_MEMORY_INTERLEAVED, &interleaved));
        Assert.Equal(NativeMethods.HPC_OK, NativeMethods.hpc_allocate(HugePage, 0, &other));
        *(int*)interleaved.address = *(int*)other.address = 1;
        Assert.True(interleaved.granted == NativeMethods.HPC_MEMORY_INTERLEAVED,
            "The system refuses mbind: a kernel without NUMA, or a filter of system calls such as Docker's.");
        Assert.True(IsInterleaved((nint)interleaved.address));
        Assert.False(IsInterleaved((nint)other.address));
        Assert.Equal(NativeMethods.HPC_OK, NativeMethods.hpc_free(&interleaved));
        Assert.Equal(NativeMethods.HPC_OK, NativeMethods.hpc_free(&other));
    }

    [Fact]
    public void Reserved_huge_pages_are_granted_where_they_are_free()
    {
        Assert.NotEmpty(TheLibrary.File);
        bool free = MemInfo("Hugepagesize:") == (long)HugePage >> 10 && MemInfo("HugePages_Free:") > MemInfo("HugePages_Rsvd:");
        hpc_memory memory;
        Assert.Equal(NativeMethods.HPC_OK,
            NativeMethods.hpc_allocate(HugePage, NativeMethods.HPC_MEMORY_RESERVED | NativeMethods.HPC_MEMORY_INTERLEAVED, &memory));
        Assert.Equal(free, (memory.granted & NativeMethods.HPC_MEMORY_RESERVED) != 0);
        *(int*)memory.address = 1;
        Assert.Equal(NativeMethods.HPC_OK, NativeMethods.hpc_free(&memory));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.NotEmpty(TheLibrary.File);
        hpc_memory memory = new() { address = (void*)1 };
        Refused(NativeMethods.hpc_allocate(0, 0, &memory));
        Refused(NativeMethods.hpc_allocate(ulong.MaxValue, 0, &memory));
        Refused(NativeMethods.hpc_allocate(1, 4, &memory));
        Refused(NativeMethods.hpc_allocate(1, 0, null));
        Assert.Equal(1, (nint)memory.address);
        Refused(NativeMethods.hpc_free(null));
        Refused(NativeMethods.hpc_free(&memory));
        Refused(NativeMethods.hpc_read_topology(null));
        Refused(NativeMethods.hpc_get_affinity(null, 1));
        ulong word = 0;
        Refused(NativeMethods.hpc_set_affinity(&word, 0));
        Refused(NativeMethods.hpc_set_affinity(&word, 1));

        static void Refused(int status) => Assert.Equal(-Errno.InvalidArgument, status);
    }

    [Fact]
    public void More_than_the_machine_has_is_an_error_code()
    {
        Assert.NotEmpty(TheLibrary.File);
        hpc_memory memory;
        Assert.InRange(NativeMethods.hpc_allocate(1UL << 47, 0, &memory), -200, -1);
    }

    [Fact]
    public void An_execution_carries_the_wish_to_vectors_and_to_the_state_of_optimizers()
    {
        Assert.NotEmpty(TheLibrary.File);
        Execution execution = new(threads: 2) { Memory = MemoryOptions.Interleaved };
        using NativeVector<float> vector = new(LargeLength, execution);
        using Optimizer<float> optimizer = Optimizer<float>.Create(LargeLength, new AdamW(), execution);
        nint address = (nint)vector.Pointer;
        Check(vector.Memory, vector.Pointer, vector.AsSpan());
        Assert.Equal(2, optimizer.State.Count);
        Assert.All(optimizer.State, x => Check(x.Memory, x.Pointer, x.AsSpan<float>()));
        optimizer.Step(vector, vector);
        vector.Dispose();
        Assert.False(IsInterleaved(address));

        static void Check(MemoryOptions memory, void* first, ReadOnlySpan<float> numbers)
        {
            Assert.Equal(MemoryOptions.Interleaved, memory);
            Assert.True(IsInterleaved((nint)first));
            Assert.False(numbers.ContainsAnyExcept(0f));
        }
    }

    [Fact]
    public void Small_vectors_and_those_without_a_wish_are_the_allocators()
    {
        using NativeVector<double> small = new(
            1000, new Execution { Memory = MemoryOptions.Interleaved | MemoryOptions.ReservedHugePages });
        using NativeVector<float> large = new(LargeLength);
        Assert.Equal((MemoryOptions.None, MemoryOptions.None), (small.Memory, large.Memory));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Execution { Memory = (MemoryOptions)4 });
    }

    // Mappings in numa_maps, "address policy key=value …", have no end; those in maps, "start-end …", no policy.
    private static bool IsInterleaved(nint address)
    {
        string? start = File.ReadLines("/proc/self/maps").Select(line => line.Split('-', ' '))
            .FirstOrDefault(ends => Number(ends[0]) <= (ulong)address && (ulong)address < Number(ends[1]))?[0];
        return start is not null && File.ReadLines("/proc/self/numa_maps").Any(line => line.StartsWith($"{start} interleave"));
    }

    private static ulong Number(string text) => ulong.Parse(text, NumberStyles.HexNumber);

    private static long MemInfo(string key) =>
        long.Parse(
            File.ReadLines("/proc/meminfo").First(line => line.StartsWith(key)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
}
