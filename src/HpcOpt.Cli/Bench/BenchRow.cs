using System.Numerics;

namespace HpcOpt.Cli.Bench;

/// <summary>An optimizer at one size beside what it cannot beat. The names are the JSON's: properties may join, none changes.</summary>
internal sealed record BenchRow
{
    public required string Optimizer { get; init; }

    /// <summary>Of the parameters.</summary>
    public required string Precision { get; init; }

    public required string Gradient { get; init; }

    /// <summary>How the state is stored.</summary>
    public required string State { get; init; }

    public required double BytesPerParameter { get; init; }

    public required long Params { get; init; }

    public required int Threads { get; init; }

    public required string Path { get; init; }

    /// <summary>Of the best step.</summary>
    public required double NsPerKiloParam { get; init; }

    /// <summary>The bytes that the rule must move, over the time of the best step.</summary>
    public required double GbPerSecond { get; init; }

    /// <summary>Time of the byte floor over time of the step, the median of pairs.</summary>
    public required double FloorRatio { get; init; }

    /// <summary>What bounds the step: <c>bytes</c>, or <c>arithmetic</c> where divisions and square roots alone take longer.</summary>
    public required string BoundBy { get; init; }

    /// <summary>Time of the larger floor over time of the step, the median of pairs: 1 is the best that this machine allows.</summary>
    public required double BoundRatio { get; init; }

    public required double BoundRatioLower { get; init; }

    public required double BoundRatioUpper { get; init; }

    /// <summary>Measures the optimizer of a rule, which it disposes.</summary>
    public static BenchRow Measure<T>(string name, Optimizer<T> optimizer, TimeSpan budget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Measure(name, new StepMemory<T>(optimizer), budget);

    /// <summary>Measures an optimizer with its memory, which it disposes.</summary>
    public static BenchRow Measure(string name, IStepMemory memory, TimeSpan budget)
    {
        using IStepMemory disposed = memory;
        double[][] times = Paired.Measure(
            memory.Cost.Divisions + memory.Cost.Roots > 0
                ? [memory.Step, memory.ByteFloor, memory.ArithmeticFloor]
                : [memory.Step, memory.ByteFloor],
            budget);
        (double[] steps, double[] bytes) = (times[0], times[1]);
        double[] arithmetic = times.Length > 2 ? times[2] : new double[steps.Length];

        // Before the quartiles, which sort.
        bool isArithmetic = Median(arithmetic) > Median(bytes);
        var bound = Quartiles.Of([.. steps.Select((step, i) => Math.Max(bytes[i], arithmetic[i]) / step)]);
        return new()
        {
            Optimizer = name,
            Precision = memory.Formats.Parameters,
            Gradient = memory.Formats.Gradient,
            State = memory.Formats.State,
            BytesPerParameter = memory.BytesMoved,
            Params = memory.Length,
            Threads = memory.Execution.Threads,
            Path = memory.Execution.Path.Name,
            NsPerKiloParam = steps.Min() / memory.Length * 1000,
            GbPerSecond = memory.BytesMoved * memory.Length / steps.Min(),
            FloorRatio = Median([.. steps.Select((step, i) => bytes[i] / step)]),
            BoundBy = isArithmetic ? "arithmetic" : "bytes",
            BoundRatio = bound.Median,
            BoundRatioLower = bound.Lower,
            BoundRatioUpper = bound.Upper,
        };
    }

    private static double Median(double[] values) => Quartiles.Of([.. values]).Median;
}
