namespace HpcOpt.Training.Tests;

public sealed class PhiloxTests
{
    // The known answers of Random123 1.14 (kat_vectors, philox4x32 10), lowest word first.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627E8D5u, 0xE169C58Du, 0xBC57AC4Cu, 0x9B00DBD8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408F276Du, 0x41C83B0Eu, 0xA20BC7C6u, 0x6D5451FDu)]
    [InlineData(
        0x243F6A88u, 0x85A308D3u, 0x13198A2Eu, 0x03707344u, 0xA4093822u, 0x299F31D0u, 0xD16CFE09u, 0x94FDCCEBu, 0x5001E420u, 0x24126EA1u)]
    public void Agrees_with_the_published_vectors(
        uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3) =>
        Assert.Equal(Words(r0, r1, r2, r3), Philox.Block(Words(c0, c1, c2, c3), (ulong)k1 << 32 | k0));

    [Fact]
    public void A_stream_is_its_blocks_in_order()
    {
        Philox random = new(seed: 7, stream: 5);
        for (ulong block = 0; block < 3; block++)
        {
            Assert.Equal(Philox.Block(new UInt128(5, block), 7),
                Words(random.NextUInt32(), random.NextUInt32(), random.NextUInt32(), random.NextUInt32()));
        }
    }

    // 5 does not divide 2^32, so a biased reduction would still pass here; the bound just above 2^31 is where bias is largest.
    [Theory]
    [InlineData(5u)]
    [InlineData((1u << 31) + (1u << 30))]
    public void Bounded_numbers_are_uniform(uint bound)
    {
        const int Draws = 60_000, Bins = 3;
        Philox random = new(seed: 11, stream: 0);
        int[] counts = new int[Bins];
        for (int i = 0; i < Draws;)
        {
            uint draw = random.NextBelow(bound);
            Assert.InRange(draw, 0u, bound - 1);
            uint width = bound / Bins;
            if (draw / width < Bins)
            {
                counts[draw / width]++;
                i++;
            }
        }

        double sigma = Math.Sqrt(Draws * (1.0 / Bins) * (1 - 1.0 / Bins));
        Assert.All(counts, count => Assert.InRange(count, Draws / Bins - 5 * sigma, Draws / Bins + 5 * sigma));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextBelow(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Permutations_hold_every_number_once_and_follow_seed_and_stream(int count)
    {
        int[] order = Permutation(count, 1, 0);
        Assert.Equal(Enumerable.Range(0, count), order.Order());
        Assert.Equal(order, Permutation(count, 1, 0));
        if (count == 1000)
        {
            Assert.NotEqual(order, Permutation(count, 1, 1));
            Assert.NotEqual(order, Permutation(count, 2, 0));
        }
    }

    [Fact]
    public void Every_permutation_is_as_likely()
    {
        const int Draws = 24_000;
        var counts =
            Enumerable.Range(0, Draws).Select(epoch => string.Join(",", Permutation(4, 1, (ulong)epoch))).CountBy(text => text).ToArray();
        Assert.Equal(24, counts.Length);
        Assert.All(counts, count => Assert.InRange(count.Value, 1000 - 5 * 31, 1000 + 5 * 31));
    }

    private static int[] Permutation(int count, ulong seed, ulong stream)
    {
        int[] order = new int[count];
        Philox.FillPermutation(order, seed, stream);
        return order;
    }

    private static UInt128 Words(uint w0, uint w1, uint w2, uint w3) => new((ulong)w3 << 32 | w2, (ulong)w1 << 32 | w0);
}
