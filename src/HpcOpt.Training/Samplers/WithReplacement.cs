namespace HpcOpt.Training;

/// <summary>Every row of every batch is drawn from all rows, each with probability 1/N; an epoch has ⌈N/m⌉ batches of m.</summary>
/// <param name="rowCount">N ≥ 1.</param>
/// <param name="batchSize">m ≥ 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is less than 1, or an epoch has more than 2³¹ - 1 rows.</exception>
public sealed class WithReplacement(int rowCount, int batchSize) : Sampler(rowCount, batchSize)
{
    private readonly int _draws = ((Checked(rowCount) - 1L) / Checked(batchSize) + 1) * batchSize is <= int.MaxValue and long draws
        ? (int)draws
        : throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, "An epoch would have more than 2147483647 rows.");

    /// <inheritdoc/>
    public override EpochBatches Epoch(ulong seed, ulong epoch)
    {
        Philox random = new(seed, epoch);
        int[] rows = new int[_draws];
        foreach (ref int row in rows.AsSpan())
        {
            row = (int)random.NextBelow((uint)RowCount);
        }

        return new(rows, BatchSize);
    }

    /// <inheritdoc/>
    public override string ToString() => "replacement";
}
