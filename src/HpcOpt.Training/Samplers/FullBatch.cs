namespace HpcOpt.Training;

/// <summary>Batch descent: one batch of all rows, in their order.</summary>
/// <param name="rowCount">N ≥ 1.</param>
public sealed class FullBatch(int rowCount) : Sampler(rowCount, rowCount)
{
    private readonly EpochBatches _all = new([.. Enumerable.Range(0, Checked(rowCount))], rowCount);

    /// <inheritdoc/>
    public override bool IsFullBatch => true;

    /// <inheritdoc/>
    public override EpochBatches Epoch(ulong seed, ulong epoch) => _all;

    /// <inheritdoc/>
    public override string ToString() => "full";
}
