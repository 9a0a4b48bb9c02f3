namespace HpcOpt.Training;

/// <summary>Mini-batch descent: a random partition of the rows into batches of m; the last one may be smaller. m = 1 is stochastic
/// gradient descent.</summary>
/// <param name="rowCount">N ≥ 1.</param>
/// <param name="batchSize">m ≥ 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
public sealed class RandomPartition(int rowCount, int batchSize) : Sampler(rowCount, batchSize)
{

    /// <inheritdoc/>
    public override EpochBatches Epoch(ulong seed, ulong epoch)
    {
        int[] order = new int[RowCount];
        Philox.FillPermutation(order, seed, epoch);
        return new(order, BatchSize);
    }

    /// <inheritdoc/>
    public override string ToString() => BatchSize == 1 ? "single" : "partition";
}
