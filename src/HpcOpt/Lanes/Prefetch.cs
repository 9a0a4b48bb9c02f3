namespace HpcOpt.Lanes;

/// <summary>A prefetch distance. A type, because the distance is part of an instruction.</summary>
internal interface IPrefetch
{
    /// <summary>Bytes ahead in each stream, for lanes of so many bytes; 0 for no prefetch.</summary>
    static abstract int Bytes(int lanes);
}

/// <summary>No prefetch: in cache, where it only costs.</summary>
internal readonly struct NoPrefetch : IPrefetch
{
    public static int Bytes(int lanes) => 0;
}

/// <summary>For passes over one or two streams, and sums of gradients: the hardware prefetches well; longer distances disturb it.</summary>
/// <remarks>
/// On Zen 5, SGD, 64 Mi and 4 Mi parameters: at 256 bytes 1.01 and 0.99 of the time without, at 512 1.20 and 1.31, at 2 KiB 1.11 and 1.24;
/// 1 Mi, in the last-level cache: 0.80 at 256 bytes. Sums of more than two were not compared.
/// </remarks>
internal readonly struct Near : IPrefetch
{
    public static int Bytes(int lanes) => 256;
}

/// <summary>For passes over more streams: a long formula fills the CPU's window, and the hardware's prefetch stops at each page.</summary>
/// <remarks>
/// AdamW, out of cache. Sapphire Rapids: 1.16 times as long without; from 512 bytes to 8 KiB the distance hardly mattered. Zen 5: 0.96 of
/// the time without at 512 bytes, 0.91 at 1 KiB, 0.97 at 2 KiB. Zen 3, beside MKL's axpy: 1.86 at 512 bytes, 1.92 at 1 KiB, 2.07 at 2 KiB
/// and 1.93 without.
/// </remarks>
internal readonly struct Far : IPrefetch
{
    public static int Bytes(int lanes) => lanes >= 64 ? 1024 : 512;
}

/// <summary>Which passes prefetch.</summary>
internal static class Prefetch
{
    /// <summary>
    /// Bytes of one stream from which it pays: a pass then fills the second-level cache. In cache it only costs: on Zen 3, 16,384
    /// parameters, one thread, AdamW took 1.15 times as long as a hand-written loop with it and 1.04 times without.
    /// </summary>
    public const int LeastBytes = 64 * 1024;
}
