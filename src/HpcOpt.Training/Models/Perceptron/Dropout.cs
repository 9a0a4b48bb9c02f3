using System.Numerics;

namespace HpcOpt.Training;

/// <summary>
/// Inverted dropout (Srivastava et al., 2014): keeps a unit of a row with probability 1 - p, divided by it; evaluation needs no factor.
/// </summary>
/// <remarks>
/// Nothing is stored: the mask of (seed, step, layer, position in the batch, unit) is a word of <see cref="Philox"/>, drawn where it is
/// needed. It depends on no thread, and on no division of the batch into micro-batches.
/// </remarks>
/// <param name="probability">p, in [0, 1).</param>
/// <param name="seed">The key.</param>
internal readonly struct Dropout<T>(double probability, ulong seed)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LayerBits = 12;
    private const int WordsPerBlock = 4;

    // Apart from the streams of epochs, splits and initialization.
    private const ulong FirstStream = 1UL << 63;

    private readonly uint _dropBelow = (uint)(probability * uint.MaxValue);
    private readonly T _kept = T.CreateTruncating(1 / (1 - probability));

    /// <summary>The most hidden layers whose streams do not meet.</summary>
    public const int MostLayers = 1 << LayerBits;

    public bool IsOn => _dropBelow > 0;

    /// <summary>The factors, 0 or 1/(1 - p), of the units from <paramref name="start"/>, a multiple of 4, of one row.</summary>
    public void Fill(Span<T> factors, long step, int layer, int position, int units, int start)
    {
        ulong stream = FirstStream | (((ulong)step << LayerBits) & (FirstStream - 1)) | (uint)layer;
        ulong block = ((ulong)position * (((uint)units + WordsPerBlock - 1) / WordsPerBlock)) + ((uint)start / WordsPerBlock);
        for (int i = 0; i < factors.Length; block++)
        {
            UInt128 words = Philox.Block(new UInt128(stream, block), seed);
            for (int word = 0; word < WordsPerBlock && i < factors.Length; word++, i++)
            {
                factors[i] = (uint)words < _dropBelow ? T.Zero : _kept;
                words >>= 32;
            }
        }
    }
}
