namespace HpcOpt;

/// <summary>Wishes for where large vectors, from 2 MiB on, lie. They need the native part; what cannot be granted is no error.</summary>
[Flags]
public enum MemoryOptions
{
    /// <summary>Each page on the NUMA node of the thread that first touches it, and transparent huge pages.</summary>
    None = 0,

    /// <summary>Pages in turn over all NUMA nodes: for vectors that all threads read, or that other threads touch first.</summary>
    Interleaved = 1,

    /// <summary>
    /// Huge pages that the administrator reserved (<c>vm.nr_hugepages</c>), as far as they are free; with several NUMA nodes only
    /// together with <see cref="Interleaved"/>.
    /// </summary>
    ReservedHugePages = 2,
}
