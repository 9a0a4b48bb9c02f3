using CsCheck;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Tests.Formats;

/// <summary>Stochastic rounding is right in the mean, and its random bits know nothing of their neighbours'.</summary>
public unsafe class NoiseTests
{
    private const int Count = 1 << 16;

    [Fact]
    public void Stochastic_rounding_is_unbiased() =>
        Gen.Select(Gen.ULong, Gen.Long[1, 1L << 40], Gen.Int[0, 4], Gen.Double[0.001, 0.999], Gen.Int[-100, 100]).Sample(
        (seed, step, slot, fraction, exponent) =>
        {
            // A number a fraction of the way from one bf16 to the next, rounded at many indices.
            double low = Math.Pow(2, exponent), gap = low / 128;
            Unbiased(NumberFormat.BFloat16, 0, (float)(low + (fraction * gap)), low, gap);

            // And of fp8: between s and s(1 + 1/8) - of y = x + s, so x from 0 to s/8.
            Unbiased(NumberFormat.SignedFloat8, (float)low, (float)(low * ((0.125 * fraction) + 1)), low, low * 0.25);

            void Unbiased(NumberFormat format, float scale, float value, double below, double step8)
            {
                double exact = (value - below) / step8, mean = Rounded(format, scale, value).Average(x => (x - below) / step8);

                // 6 standard deviations of a mean of yes and no.
                double deviation = Math.Sqrt(Math.Max(exact * (1 - exact), 1e-6) / Count);
                Assert.True(Math.Abs(mean - exact) < 6 * deviation + 1e-4,
                    $"{format} slot {slot}: {value:R} is {mean} in the mean, expected {exact}");
            }

            double[] Rounded(NumberFormat format, float scale, float value)
            {
                float[] values = new float[Count];
                values.AsSpan().Fill(value);
                byte[] stored = new byte[2 * Count];
                fixed (float* v = values)
                fixed (byte* s = stored)
                {
                    uint first = Noise.First(Noise.Key(seed, step), 12345);
                    Encoding<LanesPortable<float>>.Encode(format, true, v, s, null, scale, first, slot, Count);
                    Conversion<float, LanesPortable<float>>.Decode(new(s, format), 0, scale, v, Count);
                }

                return [.. values.Select(x => (double)x)];
            }
        }, iter: 40);

    [Fact]
    public void Random_bits_are_even_and_uncorrelated_in_index_step_and_slot() => Gen.Select(Gen.ULong, Gen.Long[1, 1L << 40]).Sample(
        (seed, step) =>
        {
            double[] here = Bits(seed, step, 0, 0);

            // Mean and variance of the uniform distribution over (-½, ½).
            Assert.InRange(here.Average(), -6 * Math.Sqrt(1 / 12.0 / Count), 6 * Math.Sqrt(1 / 12.0 / Count));
            Assert.InRange(
                here.Average(x => x * x), (1 / 12.0) - (6 / Math.Sqrt(180.0 * Count)), (1 / 12.0) + (6 / Math.Sqrt(180.0 * Count)));
            foreach (int distance in (int[])[1, 2, 3, 4, 8, 16, 64, 256, 1024])
                Uncorrelated(Bits(seed, step, 0, distance), $"index + {distance}");
            for (int steps = 1; steps <= 4; steps++)
                Uncorrelated(Bits(seed, step + steps, 0, 0), $"step + {steps}");
            for (int slot = 1; slot <= 4; slot++)
                Uncorrelated(Bits(seed, step, slot, 0), $"slot {slot}");
            Uncorrelated(Bits(seed + 1, step, 0, 0), "seed + 1");

            void Uncorrelated(double[] there, string name)
            {
                double correlation = here.Zip(there, (x, y) => x * y).Average() * 12;
                Assert.True(Math.Abs(correlation) < 6 / Math.Sqrt(Count), $"{name}: correlation {correlation} at seed {seed}, step {step}");
            }
        }, iter: 20);

    [Fact]
    public void Numbers_round_up_together_no_more_often_than_by_chance() =>
        Gen.Select(Gen.ULong, Gen.Long[1, 1L << 40], Gen.Int[0, 4]).Sample(
        (seed, step, slot) =>
        {
            // An eighth of them would round up: how often both of two do.
            const double Share = 0.125, Both = Share * Share;
            const int Many = 8 * Count;
            double[] here = Bits(seed, step, slot, 0, Many);
            foreach (int distance in (int[])[1, 2, 3, 16, 256, 1024, 4096, 16384, 65536])
            {
                double together = here.Zip(Bits(seed, step, slot, distance, Many)).Count(
                    pair => pair.First < Share - 0.5 && pair.Second < Share - 0.5);
                Assert.True(Math.Abs(together - (Both * Many)) < 6 * Math.Sqrt(Both * (1 - Both) * Many),
                    $"slot {slot}, index + {distance}: {together} of {Many} at seed {seed}, step {step}");
            }
        }, iter: 12);

    [Fact]
    public void Indices_count_in_the_whole_model()
    {
        uint key = Noise.Key(3, 4);
        uint[] whole = [.. Enumerable.Range(0, 100).Select(i => Word(Noise.First(key, (ulong)i), 0))];
        Assert.Equal(whole[37..], Enumerable.Range(0, 63).Select(i => Word(Noise.First(Noise.First(key, 37), (ulong)i), 0)));
    }

    private static double[] Bits(ulong seed, long step, int slot, int distance, int count = Count)
    {
        uint key = Noise.Key(seed, step);
        return [.. Enumerable.Range(0, count).Select(
            i => (Word(Noise.First(key, (ulong)(i + distance)), slot) / 65536.0) - 0.5 + (0.5 / 65536))];
    }

    private static uint Word(uint counter, int slot) => slot % 2 == 0
        ? Noise.Bits<uint, IntegerLanesScalar, No>(
            Noise.Word<uint, IntegerLanesScalar>(Noise.Mix<uint, IntegerLanesScalar>(counter), Noise.Multiplier(slot)), bits: 16)
        : Noise.Bits<uint, IntegerLanesScalar, Yes>(
            Noise.Word<uint, IntegerLanesScalar>(Noise.Mix<uint, IntegerLanesScalar>(counter), Noise.Multiplier(slot)), bits: 16);
}
