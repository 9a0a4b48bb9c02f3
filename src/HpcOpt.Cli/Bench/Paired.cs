using System.Diagnostics;

namespace HpcOpt.Cli.Bench;

/// <summary>
/// Bodies timed turn by turn in one process: memory bandwidth and clock drift from minute to minute, their ratios much less.
/// </summary>
internal static class Paired
{
    private const double ShortestNanoseconds = 100_000;
    private const double LongCallNanoseconds = 1e6;
    private const int WarmUpRounds = 4;
    private static readonly TimeSpan WarmUpRound = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WarmUpRest = TimeSpan.FromMilliseconds(110);
    private const int Fewest = 11;
    private const int Most = 401;

    /// <summary>Times <paramref name="calls"/> calls of each body in every repetition; who begins changes in turn.</summary>
    /// <returns>For each body its nanoseconds a call in each repetition.</returns>
    public static double[][] Measure(IReadOnlyList<Action> bodies, int calls, int repetitions)
    {
        double[][] times = [.. bodies.Select(_ => new double[repetitions])];

        // Not counted: tiered compilation, caches, page faults.
        for (int i = -repetitions / 4; i < repetitions; i++)
        {
            for (int turn = 0; turn < bodies.Count; turn++)
            {
                int body = (turn + Math.Abs(i)) % bodies.Count;
                double time = Time(bodies[body], calls);
                if (i >= 0)
                {
                    times[body][i] = time;
                }
            }
        }

        return times;
    }

    /// <summary>As many calls and repetitions as fill about <paramref name="budget"/>, but at least 11 repetitions.</summary>
    public static double[][] Measure(IReadOnlyList<Action> bodies, TimeSpan budget)
    {
        double slowest = WarmUp(bodies);
        int calls = (int)Math.Clamp(ShortestNanoseconds / slowest, 1, 100_000);
        double repetitions = budget.TotalNanoseconds / (slowest * calls * bodies.Count * 1.25);
        return Measure(bodies, calls, (int)Math.Clamp(repetitions, Fewest, Most));
    }

    /// <summary>Calls the bodies until the run-time has compiled them for good; returns the nanoseconds of the slowest then.</summary>
    /// <remarks>Methods are compiled again after 30 calls and 100 ms without a new one, once with a profile and once by it.</remarks>
    private static double WarmUp(IReadOnlyList<Action> bodies)
    {
        double[] times = [.. bodies.Select(body => Time(body, 1))];

        // What a long call does besides its loop, which is compiled for good from the start, cannot be seen in its time.
        int rounds = times.Max() > LongCallNanoseconds ? 1 : WarmUpRounds;
        for (int round = 0; round < rounds; round++)
        {
            for (int body = 0; body < bodies.Count; body++)
            {
                for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUpRound;)
                {
                    times[body] = Math.Min(times[body], Time(bodies[body], 1));
                }
            }

            Thread.Sleep(WarmUpRest);
        }

        return times.Max();
    }

    /// <summary>Two bodies: time of the first over time of the second.</summary>
    public static Comparison Compare(Action subject, Action baseline, int calls, int repetitions)
    {
        double[][] times = Measure([subject, baseline], calls, repetitions);
        return new(Quartiles.Of([.. times[0].Zip(times[1], (x, y) => x / y)]), times[0].Min(), times[1].Min());
    }

    /// <summary>Nanoseconds a call.</summary>
    public static double Time(Action body, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            body();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls;
    }
}

/// <summary>Time of the subject over time of the baseline, and the best time of each in nanoseconds.</summary>
internal readonly record struct Comparison(Quartiles Ratio, double Subject, double Baseline);

/// <summary>First quartile, median and third quartile.</summary>
internal readonly record struct Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>Sorts <paramref name="values"/>.</summary>
    public static Quartiles Of(double[] values)
    {
        Array.Sort(values);
        return new(values[values.Length / 4], values[values.Length / 2], values[values.Length * 3 / 4]);
    }

    /// <summary>1/x, whose quartiles change places.</summary>
    public Quartiles Inverse() => new(1 / Upper, 1 / Median, 1 / Lower);

    public string Format(string format) =>
        $"{Median.ToString(format)} ({Lower.ToString(format)}-{Upper.ToString(format)})";
}
