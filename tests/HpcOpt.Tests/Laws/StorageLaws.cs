using HpcOpt.Tests.Formats;

namespace HpcOpt.Tests.Laws;

/// <summary>What holds for every rule in every form of storage.</summary>
public class StorageLaws
{
    // Around vectors of every width, and around one and several blocks.
    private static readonly int[] Lengths = [0, 1, 5, 8, 15, 16, 17, 33, 255, 256, 257, 300, 512, 777];

    // Long enough for scales to follow the numbers; blocks of zeros come again and again.
    private const int Steps = 5;

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Same_bits_on_every_path_and_thread_count(RuleCase rule)
    {
        foreach (StoredCase storage in StoredCase.Some)
            SameBits(rule, storage, Lengths);
    }

    [Theory]
    [InlineData("adamw")]
    [InlineData("sgd")]
    [InlineData("lamb+decay")]
    public void Same_bits_in_every_combination_of_formats(string name)
    {
        foreach (StoredCase storage in StoredCase.All)
            SameBits(RuleTable.All.Single(rule => rule.Name == name), storage, [13, 600]);
    }

    [Theory, MemberData(nameof(RuleRows.Elementwise), MemberType = typeof(RuleRows))]
    internal void Shards_equal_the_whole(RuleCase rule)
    {
        foreach (StoredCase storage in StoredCase.Some)
        {
            (float[] start, float[][] gradients) = Data(1000);
            byte[] whole = Parameters(storage, rule, start, gradients, 0);
            foreach (int cut in (int[])[256, 512, 768])
            {
                byte[] first = Parameters(storage, rule, start[..cut], [.. gradients.Select(g => g[..cut])], 0);
                byte[] second = Parameters(storage, rule, start[cut..], [.. gradients.Select(g => g[cut..])], cut);
                (byte[] head, byte[] tail) = Halves(whole, storage, start.Length, cut);
                Assert.Equal(head, first);
                Assert.Equal(tail, second);
            }
        }
    }

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Segments_equal_separate_optimizers(RuleCase rule)
    {
        int[] lengths = [1, 255, 256, 257, 4100, 3];
        foreach (StoredCase storage in StoredCase.Some.Where(one => one.Rounding == Rounding.Nearest))
        {
            List<ParameterSegment> segments = [];
            foreach (int length in lengths)
                segments.Add(new($"s{segments.Count}", [length], segments.Count == 0 ? 3 : segments[^1].End + 3));
            var layout = new ParameterLayout(segments);
            (float[] start, float[][] gradients) = Data((int)layout.Length);
            foreach ((ExecutionPath path, int threads)
                in from path in ExecutionPath.All from threads in (int[])[1, 3] select (path, threads))
            {
                using StoredParameters together = new(storage.Parameters, start);
                using Optimizer<float> optimizer = rule.Create<float>(
                    layout, ["s1", "s4"], TestData.Forced(path, threads), storage.Storage());
                foreach (float[] gradient in gradients)
                    together.Step(optimizer, storage.Gradient, gradient);
                foreach (ParameterSegment segment in segments)
                {
                    using StoredParameters apart = new(storage.Parameters, segment.Of<float>(start).ToArray());
                    using Optimizer<float> separate = rule.Create<float>(segment.Length, TestData.Plain, storage.Storage());
                    separate.LearningRate /= segment.Name is "s1" or "s4" ? 2 : 1;
                    foreach (float[] gradient in gradients)
                        apart.Step(separate, storage.Gradient, segment.Of<float>(gradient).ToArray());
                    for (int i = 0; i < segment.Length; i++)
                        Assert.True(apart[i].Equals(together[(int)segment.Start + i]),
                            $"{rule.Name} {storage} on {path}, {threads} threads: {segment.Name}[{i}]");
                }
            }
        }
    }

    /// <summary>A rule that wrongly calls a state vector non-negative would store nonsense; one that forgets to wastes a bit.</summary>
    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void State_is_never_negative_where_and_only_where_the_rule_says_so(RuleCase rule)
    {
        (float[] start, float[][] gradients) = Data(777);
        using Optimizer<float> optimizer = rule.Create<float>(start.Length, TestData.Plain);
        foreach (float[] gradient in gradients)
            optimizer.Step(start, gradient);
        for (int k = 0; k < optimizer.State.Count; k++)
        {
            bool says = ((int)optimizer.Cost!.Value.Traits >> k & (int)(StateTraits.NonNegative0)) != 0;
            Assert.True(
                says == optimizer.State[k].AsSpan<float>().ToArray().All(x => x >= 0), $"{rule.Name}: state {optimizer.State[k].Name}");
        }
    }

    private static void SameBits(RuleCase rule, StoredCase storage, int[] lengths)
    {
        foreach (int length in lengths)
        {
            (float[] start, float[][] gradients) = Data(length);
            byte[] expected = storage.Run(rule, TestData.Plain, start, gradients);
            foreach ((ExecutionPath path, int threads)
                in from path in ExecutionPath.All from threads in (int[])[1, 3] select (path, threads))
            {
                if (!storage.Run(rule, TestData.Forced(path, threads), start, gradients).AsSpan().SequenceEqual(expected))
                    Assert.Fail($"{rule.Name} {storage} differs on {path}, {threads} threads, length {length}.");
            }
        }
    }

    private static byte[] Parameters(StoredCase storage, RuleCase rule, float[] start, float[][] gradients, long firstIndex)
    {
        using StoredParameters parameters = new(storage.Parameters, start);
        using Optimizer<float> optimizer = rule.Create<float>(start.Length, TestData.Plain, storage.Storage(firstIndex));
        foreach (float[] gradient in gradients)
            parameters.Step(optimizer, storage.Gradient, gradient);
        return [.. parameters.Bytes];
    }

    // Split parameters stand in two vectors, one after the other.
    private static (byte[] First, byte[] Second) Halves(byte[] whole, StoredCase storage, int length, int cut)
    {
        int bytes = storage.Parameters == NumberFormat.Single ? sizeof(float) : sizeof(ushort);
        byte[][] vectors = [.. whole.Chunk(length * bytes)];
        return ([.. vectors.SelectMany(v => v[..(cut * bytes)])], [.. vectors.SelectMany(v => v[(cut * bytes)..])]);
    }

    // The numbers of TestData; in one step and one block nothing but zeros.
    private static (float[] Start, float[][] Gradients) Data(int length)
    {
        float[][] gradients = [.. Enumerable.Range(1, Steps).Select(t => TestData.Numbers<float>(length, (1000 * t) + length))];
        if (length > 512)
            gradients[0].AsSpan(256, 256).Clear();
        return (TestData.Numbers<float>(length, length), gradients);
    }
}
