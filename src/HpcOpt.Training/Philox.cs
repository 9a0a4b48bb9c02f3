namespace HpcOpt.Training;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011):
/// draw n of a stream is a pure function of (seed, stream, n), so streams never overlap, nothing has to be saved to resume, and the
/// numbers do not depend on the machine. 2^64 streams of 2^66 draws for each seed. Not for cryptography.
/// </summary>
/// <remarks>A mutable struct: pass it by reference, a copy repeats the same draws.</remarks>
public struct Philox
{
    /// <summary>The stream of <see cref="DataSet{T}.Split"/>; the epochs of training use the streams 0, 1, ….</summary>
    public const ulong SplitStream = ulong.MaxValue;

    private const int Rounds = 10;
    private readonly ulong _seed;
    private readonly ulong _stream;
    private ulong _block;
    private UInt128 _draws;
    private int _left;

    /// <summary>The start of a stream.</summary>
    /// <param name="seed">The key, any value.</param>
    /// <param name="stream">The upper half of the counter, any value.</param>
    public Philox(ulong seed, ulong stream) => (_seed, _stream) = (seed, stream);

    /// <summary>32 uniform bits.</summary>
    public uint NextUInt32()
    {
        if (_left == 0)
        {
            _draws = Block(new UInt128(_stream, _block++), _seed);
            _left = 4;
        }

        uint draw = (uint)_draws;
        _draws >>= 32;
        _left--;
        return draw;
    }

    /// <summary>
    /// An integer uniform on 0 … <paramref name="bound"/>-1, without bias: Lemire, "Fast random integer generation in an interval" (2019).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is 0.</exception>
    public uint NextBelow(uint bound)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);
        ulong product = (ulong)NextUInt32() * bound;
        if ((uint)product < bound)
        {
            for (uint rejected = (0u - bound) % bound; (uint)product < rejected;)
            {
                product = (ulong)NextUInt32() * bound;
            }
        }

        return (uint)(product >> 32);
    }

    /// <summary>Writes a uniform permutation of 0 … n-1 (Fisher and Yates), a pure function of n and the arguments.</summary>
    /// <param name="order">n integers, overwritten.</param>
    /// <param name="seed">The key.</param>
    /// <param name="stream">The stream, such as the number of the epoch.</param>
    public static void FillPermutation(Span<int> order, ulong seed, ulong stream)
    {
        Philox random = new(seed, stream);
        for (int i = 0; i < order.Length; i++)
        {
            int j = (int)random.NextBelow((uint)i + 1);
            order[i] = order[j];
            order[j] = i;
        }
    }

    /// <summary>The four words of one counter and key, lowest word first: ten rounds of two multiplications.</summary>
    internal static UInt128 Block(UInt128 counter, ulong key)
    {
        (uint c0, uint c1, uint c2, uint c3) = ((uint)counter, (uint)(counter >> 32), (uint)(counter >> 64), (uint)(counter >> 96));
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)c0 * 0xD2511F53;
            ulong p1 = (ulong)c2 * 0xCD9E8D57;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return new UInt128((ulong)c3 << 32 | c2, (ulong)c1 << 32 | c0);
    }
}
