namespace HpcOpt.Lanes;

/// <summary>How far a pass asks ahead.</summary>
internal static class Ahead
{
    /// <summary>
    /// A long formula fills the CPU's window with few iterations, and the hardware's own prefetch stops at each page: on Sapphire Rapids,
    /// 64 Mi parameters, AdamW took 1.16 times as long without, and from 512 bytes to 8 KiB the distance hardly mattered. On Zen 3 it does: 32 Mi parameters,
    /// one thread, beside MKL's axpy as the measure in the same minute, AdamW took 1.86 at 512 bytes, 1.92 at 1 KiB, 2.07 at 2 KiB and 1.93 without; the sum of
    /// two vectors 0.96, 1.03, 1.09 and 0.98.
    /// </summary>
    public const int Bytes = 512;

    /// <summary>
    /// Bytes of one stream from which asking ahead pays: those of a pass fill the second-level cache then. In cache it only costs: on Zen 3,
    /// 16,384 parameters, one thread, AdamW took 1.15 times as long as a hand-written loop with it and 1.04 times without.
    /// </summary>
    public const int Least = 64 * 1024;
}
