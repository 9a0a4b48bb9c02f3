using System.Diagnostics;
using HpcOpt.Engine;

namespace HpcOpt.Tests.Engine;

/// <summary>Every part runs exactly once, whoever runs it; an idle pool costs nothing.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

[Collection(nameof(Alone))]
public class WorkerPoolTests
{
    [Theory, InlineData(2), InlineData(3), InlineData(7)]
    public unsafe void Every_element_is_visited_once_in_each_of_many_runs(int threads)
    {
        const int Length = 10_000;
        var execution = TestData.Forced(ExecutionPath.Parse("scalar"), threads);
        var counts = new int[Length];
        fixed (int* visited = counts)
        {
            for (int run = 1; run <= 2000; run++)
            {
                execution.Run(&Visit, visited, Length, sizeof(int));

                // Some runs find the workers asleep.
                if (run % 500 == 0)
                    Thread.Sleep(5);
                Assert.False(counts.AsSpan().ContainsAnyExcept(run), $"run {run}");
            }
        }
    }

    [Fact]
    public void Many_host_threads_share_one_execution()
    {
        RuleCase rule = RuleTable.All.Single(candidate => candidate.Name == "adamw");
        var execution = TestData.Forced(ExecutionPath.Supported[0], 3);
        byte[] expected = Steps(rule, TestData.Plain);
        byte[][] results = new byte[6][];
        Thread[] hosts = [.. Enumerable.Range(0, results.Length).Select(i => new Thread(() => results[i] = Steps(rule, execution)))];
        Array.ForEach(hosts, host => host.Start());
        Array.ForEach(hosts, host => host.Join());
        Assert.All(results, result => Assert.Equal(expected, result));
    }

    [Fact]
    public void Finding_another_idle_pool_allocates_nothing()
    {
        Assert.Equal(0, Allocation.Least(1, () => WorkerPool.Acquire(3).Release()));
    }

    [Fact]
    public unsafe void An_idle_pool_uses_no_CPU()
    {
        var execution = TestData.Forced(ExecutionPath.Supported[0], 3);
        int[] counts = new int[1000];
        fixed (int* visited = counts)
            execution.Run(&Visit, visited, counts.Length, sizeof(int));
        Thread.Sleep(50);

        // The test host itself does a little now and then: the quietest of a few intervals counts.
        double quietest = Enumerable.Range(0, 5).Min(_ =>
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            Thread.Sleep(200);
            return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;
        });
        Assert.InRange(quietest, 0, 20);
    }

    [Fact]
    public void Sleeping_workers_are_woken_for_long_work_and_when_steps_follow_each_other()
    {
        var execution = TestData.Forced(ExecutionPath.Supported[0], 2);
        const int Short = 1000, Long = 64 * 1024;
        Sleep();
        Assert.Equal(2, Threads(execution, Long));
        Sleep();
        Assert.Equal(1, Threads(execution, Short)); // the caller alone is faster than a worker that wakes
        Assert.Equal(2, Threads(execution, Short));

        static void Sleep() => Thread.Sleep(50);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(7)]
    public void Parts_are_whole_chunks_and_cover_the_vector(int threads)
    {
        foreach (nint length in (nint[])[64, 1000, 4096, 123_457, 1 << 20, unchecked((nint)5_000_000_000)])
        {
            var partition = Partition.Create(length, chunk: 16, grain: 64, threads);
            Assert.Equal(0, partition.Start(0));
            Assert.Equal(length, partition.Start(partition.Parts));
            for (int part = 0; part < partition.Parts; part++)
            {
                Assert.Equal(0, partition.Start(part) % 16);
                Assert.InRange(partition.Start(part + 1) - partition.Start(part), 1, (length / partition.Parts) + 32);
            }
        }
    }

    /// <summary>How many threads take part in a run.</summary>
    private static unsafe int Threads(Execution execution, int length)
    {
        int[] ids = new int[length];
        fixed (int* first = ids)
            execution.Run(&Sign, first, length, sizeof(int));
        return ids.Where(id => id != 0).Distinct().Count();
    }

    // The first part ends late: a worker that is awake, or was woken, has begun by then.
    private static unsafe void Sign(void* state, nint start, nint end)
    {
        ((int*)state)[start] = Environment.CurrentManagedThreadId;
        if (start == 0)
            Thread.Sleep(20);
    }

    private static byte[] Steps(RuleCase rule, Execution execution)
    {
        float[] parameters = TestData.Numbers<float>(5000, 1);
        float[] gradient = TestData.Numbers<float>(5000, 2);
        using Optimizer<float> optimizer = rule.Create<float>(parameters.Length, execution);
        for (int t = 0; t < 300; t++)
            optimizer.Step(parameters, gradient);
        return TestData.Bits<float>(parameters, optimizer);
    }

    private static unsafe void Visit(void* state, nint start, nint end)
    {
        for (nint i = start; i < end; i++)
            ((int*)state)[i]++;
    }
}
