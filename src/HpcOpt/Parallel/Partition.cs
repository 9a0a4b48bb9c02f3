namespace HpcOpt.Engine;

/// <summary>
/// Divides a vector among threads: equal ranges of whole chunks, the same on every step, so that a thread meets its own pages again.
/// </summary>
internal readonly record struct Partition(nint Length, nint Chunk, int Parts)
{
    /// <summary>As many parts as give each at least <paramref name="grain"/> elements, at most <paramref name="threads"/>.</summary>
    public static Partition Create(nint length, nint chunk, nint grain, int threads) =>
        new(length, chunk, (int)nint.Clamp(length / grain, 1, threads));

    /// <summary>Where a part begins; part <see cref="Parts"/> begins at the end.</summary>
    public nint Start(int part)
    {
        nint chunks = (Length + Chunk - 1) / Chunk;
        (nint each, nint rest) = nint.DivRem(chunks, Parts);
        return nint.Min(((each * part) + nint.Min(part, rest)) * Chunk, Length);
    }
}
