namespace HpcOpt.Tests;

/// <summary>What code allocates each time it runs.</summary>
internal static class Allocation
{
    private const int Rounds = 3;

    /// <summary>Bytes that <paramref name="count"/> calls of <paramref name="code"/> allocate here: the least of three rounds.</summary>
    /// <remarks>The run-time's caches grow now and then on any thread; what a call allocates shows in every round.</remarks>
    public static long Least(int count, Action code)
    {
        code();
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < count; i++)
                code();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
