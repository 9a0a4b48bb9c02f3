using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>
/// The Mersenne Twister as NumPy's legacy functions use it: after <c>numpy.random.seed(n)</c> the same draws of <c>randint</c>'s bits,
/// <c>random_sample</c> and <c>normal</c> in the same order. For reproducing published runs; use <see cref="Philox"/> for anything new.
/// </summary>
/// <remarks>
/// Integers and uniform numbers are NumPy's bit for bit. Normal numbers need a logarithm, which differs in the last place between C
/// libraries;
/// here they are the same bits on every machine and within 1e-15, relatively, of NumPy's.
/// Source: M. Matsumoto, T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number generator",
/// 1998.
/// </remarks>
public sealed unsafe class Mt19937 : IStateful
{
    private const int N = 624;
    private const int M = 397;
    private readonly uint[] _state = GC.AllocateArray<uint>(N, pinned: true); // so that a snapshot may look at it
    private int _next = N;
    private double? _spare;

    /// <summary>The generator after <c>numpy.random.seed(seed)</c>, the authors' <c>init_genrand</c>.</summary>
    /// <param name="seed">Any value.</param>
    public Mt19937(uint seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < N; i++)
        {
            uint before = _state[i - 1];
            _state[i] = 1812433253 * (before ^ (before >> 30)) + i;
        }
    }

    /// <summary>32 uniform bits.</summary>
    public uint NextUInt32()
    {
        if (_next == N)
        {
            Twist();
        }

        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    /// <summary>A multiple of 2^-53, uniform on [0, 1): NumPy's <c>random_sample</c>.</summary>
    public double NextDouble()
    {
        uint high = NextUInt32() >> 5, low = NextUInt32() >> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    /// <summary>
    /// A normal number: NumPy's legacy <c>normal(mean, deviation)</c>. G. Marsaglia's polar method makes two of a point in the unit circle;
    /// the second is kept for the next call, whatever is drawn in between.
    /// </summary>
    /// <param name="mean">Mean.</param>
    /// <param name="deviation">Standard deviation, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviation"/> is negative or not a number.</exception>
    public double NextNormal(double mean = 0, double deviation = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(deviation, 0);
        return mean + deviation * NextStandardNormal();
    }

    /// <inheritdoc/>
    /// <remarks>The 624 words, the position among them, and the normal number that is kept for the next call.</remarks>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        (bool hasSpare, double spare) = (_spare is not null, _spare ?? 0);
        fixed (uint* words = _state)
        {
            visitor.Vector("words", EntryType.Int32, words, N);
        }

        visitor.Integer("next", ref _next, 0, N);
        visitor.Flag("hasSpare", ref hasSpare);
        visitor.Real("spare", ref spare);
        _spare = hasSpare ? spare : null;
    }

    private double NextStandardNormal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        double x, y, square;
        do
        {
            x = 2 * NextDouble() - 1;
            y = 2 * NextDouble() - 1;
            square = x * x + y * y;
        }
        while (square is >= 1 or 0);

        double factor = Math.Sqrt(-2 * PortableMath.Log(square) / square);
        _spare = factor * x;
        return factor * y;
    }

    private void Twist()
    {
        for (int i = 0; i < N; i++)
        {
            uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % N] & 0x7FFFFFFF);
            _state[i] = _state[(i + M) % N] ^ (y >> 1) ^ ((y & 1) * 0x9908B0DF);
        }

        _next = 0;
    }
}
