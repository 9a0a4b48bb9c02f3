namespace HpcOpt.Training.Tests;

public sealed class DataSetTests
{
    [Theory]
    [InlineData(1797, 0.2, 359)]
    [InlineData(10, 0.25, 2)]
    [InlineData(10, 0, 0)]
    [InlineData(3, 0.99, 2)]
    public void A_split_covers_the_rows_once_in_order(int rows, double share, int testRows)
    {
        DataSet<double> all = Numbered(rows);
        (DataSet<double> train, DataSet<double> test) = all.Split(share, seed: 1);
        Assert.Equal(testRows, test.RowCount);
        Assert.Equal(Enumerable.Range(0, rows).Select(i => (double)i), train.Targets.ToArray().Concat(test.Targets.ToArray()).Order());
        Assert.All([train, test], part =>
        {
            Assert.Equal(part.Targets.ToArray().Order(), part.Targets.ToArray());
            Assert.All(Enumerable.Range(0, part.RowCount), i => Assert.Equal([part.Targets[i], -part.Targets[i]], part.Row(i).ToArray()));
        });
    }

    [Fact]
    public void A_split_follows_the_seed()
    {
        DataSet<double> all = Numbered(100);
        Assert.Equal(all.Split(0.2, 1).Test.Targets.ToArray(), all.Split(0.2, 1).Test.Targets.ToArray());
        Assert.NotEqual(all.Split(0.2, 1).Test.Targets.ToArray(), all.Split(0.2, 2).Test.Targets.ToArray());
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_share_outside_its_range_is_refused(double share) =>
        Assert.Contains("[0, 1)", Assert.Throws<ArgumentOutOfRangeException>("testShare", () => Numbered(10).Split(share, 1)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Unusable_arrays_are_refused()
    {
        Assert.Contains("2 rows × 2 features", Assert.Throws<ArgumentException>("features",
            () => new DataSet<float>([1, 2, 3], [1, 2], ["a", "b"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("features", () => new DataSet<float>([1, float.NaN], [1, 2], ["a"]));
        Assert.Contains("row 1", Assert.Throws<ArgumentException>("targets",
            () => new DataSet<float>([1, 2], [1, float.PositiveInfinity], ["a"])).Message, StringComparison.Ordinal);
        Assert.Contains("0 to 1", Assert.Throws<ArgumentException>("targets",
            () => new DataSet<float>([1, 2], [1, 2], ["a"], [0, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("targets", () => new DataSet<float>([1, 2], [0.5f, 1], ["a"], [0, 1]));
    }

    [Fact]
    public void Models_refuse_the_wrong_kind_of_target()
    {
        Assert.Throws<ArgumentException>("data", () => new LinearRegression<float>(TestData.Random<float>(6, 2, classes: 2)));
        Assert.Throws<ArgumentException>("data", () => new LogisticRegression<float>(TestData.Random<float>(6, 2, classes: 3)));
        Assert.Throws<ArgumentException>("data", () => new SoftmaxRegression<float>(TestData.Random<float>(6, 2, classes: 0)));
    }

    private static DataSet<double> Numbered(int rows) =>
        new([.. Enumerable.Range(0, rows).SelectMany(i => new double[] { i, -i })], [.. Enumerable.Range(0, rows).Select(i => (double)i)],
            ["a", "b"]);
}
