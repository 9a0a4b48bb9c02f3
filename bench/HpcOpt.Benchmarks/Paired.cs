using System.Diagnostics;

namespace HpcOpt.Benchmarks;

/// <summary>
/// Two bodies timed turn by turn in one process: memory bandwidth and clock drift from minute to minute, their ratio much less.
/// </summary>
internal static class Paired
{
    /// <summary>Times <paramref name="calls"/> calls of each body in every repetition; who begins alternates.</summary>
    public static Comparison Measure(Action subject, Action baseline, int calls, int repetitions)
    {
        var subjects = new double[repetitions];
        var baselines = new double[repetitions];

        // Not counted: tiered compilation, caches, page faults.
        for (int i = -repetitions / 4; i < repetitions; i++)
        {
            double first = i % 2 == 0 ? Time(subject, calls) : Time(baseline, calls);
            double second = i % 2 == 0 ? Time(baseline, calls) : Time(subject, calls);
            if (i >= 0)
            {
                (subjects[i], baselines[i]) = i % 2 == 0 ? (first, second) : (second, first);
            }
        }

        return new(Quartiles.Of([.. subjects.Zip(baselines, (x, y) => x / y)]), subjects.Min(), baselines.Min());
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
    public Quartiles Inverse => new(1 / Upper, 1 / Median, 1 / Lower);

    public string Format(string format) =>
        $"{Median.ToString(format)} ({Lower.ToString(format)}-{Upper.ToString(format)})";
}
