using System.Runtime.InteropServices;

namespace HpcOpt.Tests.State;

/// <summary>What a sparse optimizer carries is looked at before any of it is taken over: its parts must fit each other.</summary>
public class DeferredDecayImportTests
{
    [Theory]
    [InlineData("deferred.shape", new[] { 3, 2 })]
    [InlineData("deferred.shape", new[] { -1, 2 })]
    [InlineData("deferred.shape", new[] { 2 })]
    [InlineData("deferred.last", new[] { 0, 1, 2, 3 })]
    [InlineData("deferred.last", new[] { 0, -1, 0, 0, 0 })]
    [InlineData("deferred.last", new[] { 0, 9, 0, 0, 0 })]
    [InlineData("deferred.before", new[] { 1 })]
    [InlineData("deferred.before", new[] { 0, 7 })]
    public void A_part_that_does_not_fit_is_refused_and_nothing_changes(string name, int[] numbers)
    {
        using Optimizer<float> source = Stepped(), target = Stepped();
        byte[][] before = Bytes(target);
        StateSnapshot good = StateSnapshot.Of(source).Copy();
        StateEntry damaged = new(name, EntryType.Int32, MemoryMarshal.AsBytes<int>(numbers));
        StateSnapshot bad = new(good.Select(entry => entry.Name == name ? damaged : entry));
        Assert.Contains($"{name}: {numbers.Length} × Int32, expected", Assert.Throws<ArgumentException>(() => bad.Restore(target)).Message);
        Assert.Equal(before, Bytes(target));
        good.Restore(target);
    }

    private static Optimizer<float> Stepped()
    {
        Optimizer<float> optimizer = Optimizer<float>.Create(10, new AdamW());
        float[] theta = new float[10];
        for (int t = 0; t < 2; t++)
        {
            SparseGradient<float> gradient = new(10, width: 2);
            gradient.Row(t)[0] = 1;
            optimizer.Step(theta, gradient);
        }

        return optimizer;
    }

    private static unsafe byte[][] Bytes(IStateful source) =>
        [.. StateSnapshot.Of(source).Select(entry => new ReadOnlySpan<byte>(entry.Address, (int)entry.ByteLength).ToArray())];
}
