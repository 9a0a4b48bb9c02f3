namespace HpcOpt.Training;

/// <summary>
/// Keeps the rows of a cluster, such as a firm of a panel, in one batch: the clusters are shuffled and put together to batches of at most m
/// rows. A larger cluster is a batch of its own.
/// </summary>
/// <param name="keys">For each of the N rows the number of its cluster.</param>
/// <param name="batchSize">m ≥ 1.</param>
/// <exception cref="ArgumentException">There are no rows, or m is less than 1.</exception>
public sealed class Clusters(ReadOnlySpan<int> keys, int batchSize) : Sampler(keys.Length, batchSize)
{
    private readonly int[][] _clusters = Groups(Checked(keys));

    /// <inheritdoc/>
    public override EpochBatches Epoch(ulong seed, ulong epoch) => new(Pack(Shuffled(_clusters, seed, epoch), BatchSize));

    /// <inheritdoc/>
    public override string ToString() => "clusters";
}
