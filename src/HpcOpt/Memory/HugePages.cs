using System.Runtime.InteropServices;

namespace HpcOpt;

/// <summary>Transparent huge pages: fewer page faults and address translations for large vectors.</summary>
internal static unsafe partial class HugePages
{
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE in <sys/mman.h>
    private const nuint Page = 4096;

    /// <summary>Asks for huge pages; a kernel that has none, or another system, changes nothing.</summary>
    public static void Advise(void* address, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = MAdvise(address, bytes & ~(Page - 1), AdviseHugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(void* address, nuint length, int advice);
}
