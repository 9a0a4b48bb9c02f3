namespace HpcOpt.Training.Tests.Samplers;

public sealed class SamplerLaws
{
    // 23 rows: firms of 1 to 6 rows, not in one piece; periods 0 to 7 for each of several units.
    private static readonly int[] Firms = [0, 0, 1, 1, 1, 2, 0, 3, 3, 3, 3, 3, 3, 4, 5, 5, 0, 4, 2, 2, 6, 6, 1];
    private static readonly int[] Periods = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6];

    private static Sampler[] All =>
    [
        new FullBatch(23), new RandomPartition(23, 5), new RandomPartition(23, 1), new RandomPartition(23, 99), new WithReplacement(23, 5),
        new TimeBlocks(23, 5), new TimeBlocks(Periods, 5), new Clusters(Firms, 5), new Stratified(Firms, 5),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, 9)];

    [Theory, MemberData(nameof(Numbers))]
    public void An_epoch_takes_every_row_once_unless_it_draws_with_replacement(int number)
    {
        EpochBatches epoch = All[number].Epoch(seed: 3, epoch: 7);
        Assert.Equal(epoch.RowCount, Batches(epoch).Sum(batch => batch.Length));
        Assert.All(Batches(epoch), batch => Assert.NotEmpty(batch));
        if (All[number] is not WithReplacement)
        {
            Assert.Equal(Enumerable.Range(0, 23), Batches(epoch).SelectMany(batch => batch).Order());
        }
    }

    [Theory, MemberData(nameof(Numbers))]
    public void Batches_are_a_function_of_seed_and_epoch_alone(int number)
    {
        Sampler first = All[number], second = All[number];
        first.Epoch(1, 0);
        Assert.Equal(Batches(first.Epoch(1, 5)), Batches(second.Epoch(1, 5)));
        if (!first.IsFullBatch && first.Epoch(1, 5).Count > 1)
        {
            Assert.NotEqual(Batches(first.Epoch(1, 5)), Batches(first.Epoch(1, 6)));
            Assert.NotEqual(Batches(first.Epoch(1, 5)), Batches(first.Epoch(2, 5)));
        }
    }

    [Fact]
    public void A_partition_is_the_permutation_cut_into_batches()
    {
        int[] order = new int[23];
        Philox.FillPermutation(order, 1, 5);
        Assert.Equal(order.Chunk(5), Batches(new RandomPartition(23, 5).Epoch(1, 5)));
    }

    [Fact]
    public void Clusters_stay_together_in_batches_that_are_full_where_they_can_be()
    {
        for (ulong epoch = 0; epoch < 20; epoch++)
        {
            int[][] batches = Batches(new Clusters(Firms, 5).Epoch(1, epoch));
            Assert.Equal(7, batches.Sum(batch => batch.Select(row => Firms[row]).Distinct().Count()));
            Assert.All(batches, batch => Assert.True(batch.Length <= 5 || batch.Select(row => Firms[row]).Distinct().Count() == 1));
            Assert.All(batches.Zip(batches.Skip(1)),
                pair => Assert.True(pair.First.Length + pair.Second.Count(row => Firms[row] == Firms[pair.Second[0]]) > 5));
        }
    }

    [Fact]
    public void Blocks_are_consecutive_rows_or_consecutive_periods_of_all_units()
    {
        Assert.Equal(Enumerable.Range(0, 23).Chunk(5), Batches(new TimeBlocks(23, 5).Epoch(1, 0)).OrderBy(batch => batch[0]));

        // Three rows a period, but two in the last: with at most 6 rows two periods a block.
        int[][] blocks = Batches(new TimeBlocks(Periods, 6).Epoch(1, 0));
        Assert.Equal(
            ["0,1", "2,3", "4,5", "6,7"], blocks.Select(block => string.Join(',', block.Select(row => Periods[row]).Distinct())).Order());
    }

    [Fact]
    public void Strata_are_in_proportion_in_every_batch()
    {
        int[] classes = [.. Enumerable.Range(0, 100).Select(row => row < 60 ? 0 : row < 90 ? 1 : 2)];
        foreach (int[] batch in Batches(new Stratified(classes, 10).Epoch(1, 4)))
        {
            Assert.Equal([6, 3, 1], batch.CountBy(row => classes[row]).OrderBy(count => count.Key).Select(count => count.Value));
        }

        Assert.All(Batches(new Stratified(Firms, 5).Epoch(1, 0)), batch => Assert.InRange(batch.Length, 4, 5));
    }

    [Fact]
    public void Draws_with_replacement_are_uniform()
    {
        int[] counts = new int[23];
        WithReplacement sampler = new(23, 10);
        Assert.Equal((3, 30), (sampler.Epoch(1, 0).Count, sampler.Epoch(1, 0).RowCount));
        for (ulong epoch = 0; epoch < 2300; epoch++)
        {
            foreach (int row in Batches(sampler.Epoch(1, epoch)).SelectMany(batch => batch))
            {
                counts[row]++;
            }
        }

        // χ² with 22 degrees of freedom: beyond 60 in one of a hundred thousand.
        Assert.InRange(counts.Sum(count => Math.Pow(count - 3000, 2) / 3000), 2, 60);
    }

    [Fact]
    public void What_no_sampler_can_mean_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FullBatch(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomPartition(5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WithReplacement(5, -1));
        Assert.ThrowsAny<ArgumentException>(() => new Clusters([], 5));
        RecordingModel model = new(10);
        using Optimizer<double> optimizer = Optimizer<double>.Create(2, new Sgd());
        Assert.Contains("draws from 9 rows; expected the model's 10", Assert.Throws<ArgumentException>(
            () => new Trainer<double>(model, optimizer, new() { Sampler = new FullBatch(9) })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_takes_the_batches_of_its_sampler()
    {
        RecordingModel model = new(23);
        using Optimizer<double> optimizer = Optimizer<double>.Create(2, new Sgd());
        Clusters sampler = new(Firms, 5);
        new Trainer<double>(model, optimizer, new() { Sampler = sampler, MaxEpochs = 2, Seed = 4 }).Run([1, 1]);
        Assert.Equal(Batches(sampler.Epoch(4, 0)).Concat(Batches(sampler.Epoch(4, 1))), model.Batches);
    }

    private static int[][] Batches(EpochBatches epoch) => [.. Enumerable.Range(0, epoch.Count).Select(j => epoch[j].ToArray())];
}
