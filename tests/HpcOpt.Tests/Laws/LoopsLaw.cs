using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using HpcOpt.Lanes;

namespace HpcOpt.Tests.Laws;

/// <summary>Vectors so long that a pass asks the memory ahead: the same bits, in loops that call nothing.</summary>
public partial class LoopsLaw
{
    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Long_vectors_have_the_same_bits_on_every_path(RuleCase rule)
    {
        OnEveryPath<float>(rule);
        OnEveryPath<double>(rule);
    }

    /// <summary>
    /// The compiler inlines only so much into one method, and what is left as a call makes a loop several times slower while every result
    /// stays right. An update too long for it gets shorter; a getter that it left gets AggressiveInlining.
    /// </summary>
    [Fact]
    public async Task No_loop_calls_anything()
    {
        string[] loops = await Listings($"{typeof(LoopsLaw).FullName}.{nameof(Long_vectors_have_the_same_bits_on_every_path)}",
            "FullVectors MeasureWide AddFullVectors");

        // Both loops of at least one width, one precision and one way through each line of the table.
        Assert.InRange(loops.Length, 2 * RuleTable.All.Length, int.MaxValue);
        Assert.All(loops, loop => Assert.False(Call().IsMatch(loop), $"{loop.Split('\n')[0]}\n{Call().Match(loop).Value.Trim()}"));
    }

    /// <summary>The same of stored numbers: the loops over chunks, and those from and to each format.</summary>
    [Fact]
    public async Task No_loop_over_stored_numbers_calls_anything()
    {
        string[] listings = await Listings(
            $"{typeof(StorageLaws).FullName}.{nameof(StorageLaws.Same_bits_on_every_path_and_thread_count)}",
            "UpdateChunk EncodeRun DecodeRun Mix");

        // Halves of vectors that the CPU lacks are the run-time's business.
        string[] loops = [.. listings.Where(loop =>
            Head(loop) is var head
            && (head.Contains("UpdateChunk", StringComparison.Ordinal) || head.Contains("Conversion", StringComparison.Ordinal))
            && (Vector512.IsHardwareAccelerated || !head.Contains("Lanes512", StringComparison.Ordinal)))];
        Assert.InRange(
            loops.Count(loop => Head(loop).Contains("UpdateChunk", StringComparison.Ordinal)), 4 * RuleTable.All.Length, int.MaxValue);
        foreach (string method in (string[])["EncodeRun", "DecodeRun", ":Mix"])
            Assert.Contains(loops, loop => Head(loop).Contains(method, StringComparison.Ordinal));
        Assert.All(loops, loop => Assert.False(Call().IsMatch(loop), $"{Head(loop)}\n{Call().Match(loop).Value.Trim()}"));

        static string Head(string listing) => listing.Split('\n')[0];
    }

    private static async Task<string[]> Listings(string test, string methods)
    {
        string file = Path.GetTempFileName();
        try
        {
            (int exitCode, string output, _) = await DotnetProcess.Run(
                "HpcOpt.Tests.dll", ["--filter-method", test], ("DOTNET_JitStdOutFile", file), ("DOTNET_JitDisasm", methods));
            Assert.True(exitCode == 0, output);
            return File.ReadAllText(file).Split("; Assembly listing for method ")[1..];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void OnEveryPath<T>(RuleCase rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = (Prefetch.LeastBytes / Size<T>()) + 1013;
        byte[] expected = Run<T>(rule, TestData.Plain, length);
        foreach (ExecutionPath path in ExecutionPath.Supported)
            Assert.True(expected.AsSpan().SequenceEqual(Run<T>(rule, new Execution(path, threads: 1), length)),
                $"{rule.Name} {typeof(T).Name} differs on {path}, length {length}.");
    }

    // Plain, accumulated and with step modifiers, because what joins an update wraps it.
    private static byte[] Run<T>(RuleCase rule, Execution execution, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Optimizer<T> optimizer = rule.Create<T>(length, execution);
        using GradientAccumulator<T> accumulator = new(length, GradientReduction.Mean, execution);
        T[] parameters = TestData.Numbers<T>(length, 1), gradient = TestData.Numbers<T>(length, 2);
        optimizer.Step(parameters, gradient);
        accumulator.Add(gradient);
        accumulator.Add(parameters);
        optimizer.Step(parameters, accumulator);
        optimizer.Options = new StepOptions { MaxNorm = 1, MaxValue = 0.1, AverageDecay = 0.9 };
        optimizer.Step(parameters, gradient);
        optimizer.WriteEvaluationPoint(parameters, gradient);
        return [.. TestData.Bits<T>(parameters, optimizer), .. TestData.Bits<T>(gradient, optimizer)];
    }

    private static unsafe int Size<T>()
        where T : unmanaged => sizeof(T);

    // A copy of the constants before the loop is the only call that may be.
    [GeneratedRegex(@"^ +call +(?!.*MEMCPY).*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Call();
}
