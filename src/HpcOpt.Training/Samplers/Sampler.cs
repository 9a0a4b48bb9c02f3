namespace HpcOpt.Training;

/// <summary>
/// Draws the batches B_1 … B_J of each epoch from the rows 1 … N (here 0 … N-1). They are a pure function of the seed and the number of the
/// epoch, by <see cref="Philox"/>: to resume, a run needs nothing but the epoch and the batch at which it stands, and threads change
/// nothing.
/// </summary>
public abstract class Sampler
{
    private protected Sampler(int rowCount, int batchSize)
    {
        if (rowCount < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(rowCount), rowCount, "A sampler needs at least one row.");
        }

        (RowCount, BatchSize) = (rowCount, Checked(batchSize));
    }

    /// <summary>N.</summary>
    public int RowCount { get; }

    /// <summary>m, the rows of a batch; some batches have fewer, or where groups of rows stay together more.</summary>
    public int BatchSize { get; }

    /// <summary>Whether every batch is all rows, so that its gradient is ∇L itself.</summary>
    public virtual bool IsFullBatch => false;

    /// <summary>The batches of an epoch.</summary>
    /// <param name="seed">Any value.</param>
    /// <param name="epoch">From 0.</param>
    public abstract EpochBatches Epoch(ulong seed, ulong epoch);

    /// <summary>At least 1, or an error.</summary>
    private protected static int Checked(int batchSize) =>
        batchSize >= 1 ? batchSize : throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, "A batch needs at least one " +
            "row, and so does a sampler.");

    /// <summary>One number a row, or an error.</summary>
    private protected static int[] Checked(ReadOnlySpan<int> keys) =>
        keys.IsEmpty ? throw new ArgumentException("There are no keys; expected one a row.", nameof(keys)) : keys.ToArray();

    /// <summary>The rows of each key, in their order; the keys in the order of their first rows.</summary>
    private protected static int[][] Groups(int[] keys) =>
        [.. Enumerable.Range(0, keys.Length).GroupBy(row => keys[row]).Select(group => group.ToArray())];

    /// <summary>Puts groups of rows together, in their order, to batches of at most <paramref name="batchSize"/> rows; a larger group is
    /// a batch of its own.</summary>
    private protected static int[][] Pack(IEnumerable<int[]> groups, int batchSize)
    {
        List<int[]> batches = [];
        List<int> batch = [];
        foreach (int[] group in groups)
        {
            if (batch.Count > 0 && batch.Count + group.Length > batchSize)
            {
                batches.Add([.. batch]);
                batch.Clear();
            }

            batch.AddRange(group);
        }

        return [.. batches, [.. batch]];
    }

    /// <summary>The items in a random order that belongs to the seed and the epoch.</summary>
    private protected static T[] Shuffled<T>(T[] items, ulong seed, ulong epoch)
    {
        int[] order = new int[items.Length];
        Philox.FillPermutation(order, seed, epoch);
        return Array.ConvertAll(order, i => items[i]);
    }
}

/// <summary>The batches of one epoch, in the order in which they are taken.</summary>
public sealed class EpochBatches
{
    private readonly int[] _rows;
    private readonly int[] _ends;

    /// <summary>Batches of <paramref name="size"/> rows each; the last one may be smaller.</summary>
    internal EpochBatches(int[] rows, int size)
        : this(rows, [.. Enumerable.Range(1, (rows.Length + size - 1) / size).Select(j => (int)Math.Min((long)j * size, rows.Length))])
    {
    }

    /// <summary>These batches.</summary>
    internal EpochBatches(int[][] batches)
        : this([.. batches.SelectMany(batch => batch)], Ends(batches))
    {
    }

    private EpochBatches(int[] rows, int[] ends) => (_rows, _ends) = (rows, ends);

    /// <summary>J.</summary>
    public int Count => _ends.Length;

    /// <summary>Rows in all batches together.</summary>
    public int RowCount => _rows.Length;

    /// <summary>The rows of batch <paramref name="j"/>, from 0.</summary>
    public ReadOnlySpan<int> this[int j] => _rows.AsSpan((j == 0 ? 0 : _ends[j - 1]).._ends[j]);

    private static int[] Ends(int[][] batches)
    {
        int end = 0;
        return Array.ConvertAll(batches, batch => end += batch.Length);
    }
}
