namespace HpcOpt.Training;

/// <summary>
/// A random partition whose ⌈N/m⌉ batches have each stratum, such as a class, in proportion: from a stratum of n rows each batch takes
/// ⌊nm/N⌋ or one more.
/// </summary>
/// <param name="keys">For each of the N rows the number of its stratum.</param>
/// <param name="batchSize">m ≥ 1; the batches differ by at most one row.</param>
/// <exception cref="ArgumentException">There are no rows, or m is less than 1.</exception>
public sealed class Stratified(ReadOnlySpan<int> keys, int batchSize) : Sampler(keys.Length, batchSize)
{
    private readonly int[] _keys = Checked(keys);
    private readonly int _batchCount = (keys.Length + Checked(batchSize) - 1) / batchSize;

    /// <inheritdoc/>
    public override EpochBatches Epoch(ulong seed, ulong epoch)
    {
        // The shuffled rows, sorted by stratum, are dealt one by one: a run of n neighbours gives each batch ⌊n/J⌋ or ⌈n/J⌉.
        int[] order = new int[RowCount];
        Philox.FillPermutation(order, seed, epoch);
        var batches = Enumerable.Range(0, _batchCount).Select(_ => new List<int>()).ToArray();
        int dealt = 0;
        foreach (int row in order.OrderBy(row => _keys[row]))
        {
            batches[dealt++ % _batchCount].Add(row);
        }

        return new([.. batches.Select(batch => batch.ToArray())]);
    }

    /// <inheritdoc/>
    public override string ToString() => "stratified";
}
