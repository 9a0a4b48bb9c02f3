using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;

namespace HpcOpt.Cli.Bench;

/// <summary>An optimizer at one size beside what it cannot beat. The names are the JSON's, which is stable: properties may join, none changes.</summary>
internal sealed record BenchRow
{
    public required string Optimizer { get; init; }

    public required string Precision { get; init; }

    /// <summary>How the state is stored.</summary>
    public required string State { get; init; }

    public required long Params { get; init; }

    public required int Threads { get; init; }

    public required string Path { get; init; }

    /// <summary>Of the best step.</summary>
    public required double NsPerKiloParam { get; init; }

    /// <summary>The bytes that the rule must move, over the time of the best step.</summary>
    public required double GbPerSecond { get; init; }

    /// <summary>Time of the byte floor over time of the step, the median of pairs.</summary>
    public required double FloorRatio { get; init; }

    /// <summary>What bounds the step: <c>bytes</c>, or <c>arithmetic</c> where the rule's divisions and square roots alone take longer.</summary>
    public required string BoundBy { get; init; }

    /// <summary>Time of the larger floor over time of the step, the median of pairs: 1 is the best that this machine allows.</summary>
    public required double BoundRatio { get; init; }

    public required double BoundRatioLower { get; init; }

    public required double BoundRatioUpper { get; init; }

    /// <summary>Measures the optimizer of a rule, which it disposes.</summary>
    public static BenchRow Measure<T>(string name, Optimizer<T> optimizer, TimeSpan budget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using StepMemory<T> memory = new(optimizer);
        StepCost cost = optimizer.Cost!.Value;
        double[][] times = Paired.Measure(
            cost.Divisions + cost.Roots > 0 ? [memory.Step, memory.ByteFloor, memory.ArithmeticFloor] : [memory.Step, memory.ByteFloor], budget);
        (double[] steps, double[] bytes) = (times[0], times[1]);
        double[] arithmetic = times.Length > 2 ? times[2] : new double[steps.Length];
        string precision = Unsafe.SizeOf<T>() == sizeof(float) ? "f32" : "f64";

        // Before the quartiles, which sort.
        bool isArithmetic = Median(arithmetic) > Median(bytes);
        var bound = Quartiles.Of([.. steps.Select((step, i) => Math.Max(bytes[i], arithmetic[i]) / step)]);
        return new()
        {
            Optimizer = name,
            Precision = precision,
            State = precision,
            Params = optimizer.Length,
            Threads = optimizer.Execution.Threads,
            Path = optimizer.Execution.Path.Name,
            NsPerKiloParam = steps.Min() / optimizer.Length * 1000,
            GbPerSecond = (double)optimizer.BytesPerParameter!.Value * optimizer.Length / steps.Min(),
            FloorRatio = Median([.. steps.Select((step, i) => bytes[i] / step)]),
            BoundBy = isArithmetic ? "arithmetic" : "bytes",
            BoundRatio = bound.Median,
            BoundRatioLower = bound.Lower,
            BoundRatioUpper = bound.Upper,
        };
    }

    private static double Median(double[] values) => Quartiles.Of([.. values]).Median;
}
