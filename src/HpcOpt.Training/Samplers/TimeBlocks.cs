namespace HpcOpt.Training;

/// <summary>
/// Keeps consecutive time in one batch: the periods are put together, in their order, to blocks of at most m rows, and the blocks are
/// shuffled.
/// </summary>
/// <remarks>In a panel the rows of all units in a period belong together. Without periods every row is one.</remarks>
public sealed class TimeBlocks : Sampler
{
    private readonly int[][] _blocks;

    /// <summary>Blocks of m consecutive rows; the last one may be smaller.</summary>
    /// <param name="rowCount">N ≥ 1, in the order of time.</param>
    /// <param name="batchSize">m ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public TimeBlocks(int rowCount, int batchSize)
        : base(rowCount, batchSize) => _blocks = [.. Enumerable.Range(0, rowCount).Chunk(Checked(batchSize))];

    /// <summary>Blocks of consecutive periods.</summary>
    /// <param name="periods">For each of the N rows the number of its period; larger is later.</param>
    /// <param name="batchSize">m ≥ 1; a period of more rows is a block of its own.</param>
    /// <exception cref="ArgumentException">There are no rows, or m is less than 1.</exception>
    public TimeBlocks(ReadOnlySpan<int> periods, int batchSize)
        : base(periods.Length, batchSize)
    {
        int[] keys = Checked(periods);
        _blocks = Pack(Groups(keys).OrderBy(group => keys[group[0]]), Checked(batchSize));
    }

    /// <inheritdoc/>
    public override EpochBatches Epoch(ulong seed, ulong epoch) => new(Shuffled(_blocks, seed, epoch));

    /// <inheritdoc/>
    public override string ToString() => "blocks";
}
