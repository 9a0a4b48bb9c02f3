namespace HpcOpt.Training.Tests;

/// <summary>All expected numbers are NumPy 1.24.2's: <c>r = numpy.random.RandomState(seed)</c>, and what each test says.</summary>
public sealed class Mt19937Tests
{
    // numpy.frombuffer(r.bytes(12000), '<u4'), the first four and two places around the end of the first 624.
    [Theory]
    [InlineData(0u, 2357136044u, 2546248239u, 3071714933u, 3626093760u)]
    [InlineData(123u, 2991312382u, 3062119789u, 1228959102u, 1840268610u)]
    [InlineData(456u, 1068398491u, 4211147365u, 700366507u, 650865241u)]
    [InlineData(4294967295u, 419326371u, 479346978u, 3918654476u, 2416749639u)]
    public void The_bits_are_NumPys(uint seed, uint first, uint second, uint third, uint fourth)
    {
        Mt19937 random = new(seed);
        Assert.Equal([first, second, third, fourth], Draw(4, random.NextUInt32));
    }

    [Fact]
    public void They_stay_NumPys_after_the_state_is_renewed()
    {
        uint[] draws = Draw(3000, new Mt19937(123).NextUInt32);
        Assert.Equal([2838766362u, 1058258670u, 1280954235u, 332938813u, 3623448910u, 1001244385u],
            [draws[622], draws[623], draws[624], draws[625], draws[1999], draws[2999]]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    public void They_go_on_where_a_snapshot_was_taken(int drawn)
    {
        Mt19937 whole = new(7), resumed = new(8);
        Draw(drawn, whole.NextUInt32);
        whole.NextNormal(); // keeps a second one
        StateSnapshot.Of(whole).Copy().Restore(resumed);
        Assert.Equal(Draw(1000, () => whole.NextNormal()), Draw(1000, () => resumed.NextNormal()));
    }

    // r.random_sample(3)
    [Theory]
    [InlineData(0u, 0.5488135039273248, 0.7151893663724195, 0.6027633760716439)]
    [InlineData(123u, 0.6964691855978616, 0.28613933495037946, 0.2268514535642031)]
    public void Uniform_numbers_are_NumPys(uint seed, double first, double second, double third) =>
        Assert.Equal([first, second, third], Draw(3, new Mt19937(seed).NextDouble));

    // r.normal(0, 1, 5)
    [Theory]
    [InlineData(0u, 1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458, 1.8675579901499675)]
    [InlineData(123u, -1.0856306033005612, 0.9973454465835858, 0.28297849805199204, -1.506294713918092, -0.5786002519685364)]
    [InlineData(456u, -0.6681285004779676, -0.4982095239010962, 0.6185758202754369, 0.5686922478801686, 1.3505094812759395)]
    public void Normal_numbers_are_NumPys(uint seed, params double[] expected)
    {
        Mt19937 random = new(seed);
        Assert.All(expected, value => AssertClose(value, random.NextNormal()));
    }

    // r.normal(2, 3, 10000): the last and the sum.
    [Fact]
    public void Ten_thousand_of_them_still_are()
    {
        Mt19937 random = new(123);
        double[] draws = Draw(10_000, () => random.NextNormal(2, 3));
        AssertClose(4.911838588259594, draws[^1]);
        Assert.Equal(20291.356768747875, draws.Sum(), 1e-8);
    }

    // r.normal(), r.random_sample(), r.normal(), r.normal(1.5, 0.25)
    [Fact]
    public void The_second_of_a_pair_waits_while_others_are_drawn()
    {
        Mt19937 random = new(123);
        AssertClose(-1.0856306033005612, random.NextNormal());
        Assert.Equal(0.2268514535642031, random.NextDouble());
        AssertClose(0.9973454465835858, random.NextNormal());
        AssertClose(1.9345925333042067, random.NextNormal(1.5, 0.25));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_deviation_below_0_is_refused(double deviation) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mt19937(1).NextNormal(0, deviation));

    private static void AssertClose(double expected, double actual) => Assert.Equal(expected, actual, 1e-15 * Math.Abs(expected));

    private static T[] Draw<T>(int count, Func<T> next) => [.. Enumerable.Range(0, count).Select(_ => next())];
}
