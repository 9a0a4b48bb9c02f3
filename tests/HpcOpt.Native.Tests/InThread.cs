using System.Runtime.ExceptionServices;

namespace HpcOpt.Native.Tests;

/// <summary>A thread of a test's own, so that pinning it pins no other test.</summary>
internal static class InThread
{
    public static void Run(Action body)
    {
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(body));
        thread.Start();
        thread.Join();
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>The CPUs that the calling thread may run on.</summary>
    public static int[] AllowedCpus()
    {
        const string Key = "Cpus_allowed_list:";
        string list = File.ReadLines("/proc/thread-self/status").First(line => line.StartsWith(Key))[Key.Length..].Trim();
        return [.. list.Split(',').Select(range => range.Split('-')).SelectMany(
            ends => Enumerable.Range(int.Parse(ends[0]), int.Parse(ends[^1]) - int.Parse(ends[0]) + 1))];
    }
}
