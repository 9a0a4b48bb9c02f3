using System.Numerics;
using BenchmarkDotNet.Attributes;
using HpcOpt.Tests;

namespace HpcOpt.Benchmarks;

/// <summary>One step of every line of the rule table, in cache and out of it, with the default path and threads.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class StepBenchmarks<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private NativeVector<T> _parameters = null!;
    private NativeVector<T> _gradient = null!;
    private Optimizer<T> _optimizer = null!;

    [ParamsSource(nameof(Rules))]
    public string Rule { get; set; } = "";

    [Params(64, 4 << 10, 16 << 10, 256 << 10, 4 << 20, 64 << 20)]
    public int Parameters { get; set; }

    public static IEnumerable<string> Rules => RuleTable.All.Select(rule => rule.Name);

    [GlobalSetup]
    public void Allocate()
    {
        _parameters = new(Parameters);
        _gradient = new(Parameters);
        _gradient.AsSpan().Fill(T.CreateTruncating(0.01));
        _optimizer = RuleTable.All.Single(rule => rule.Name == Rule).Create<T>(Parameters, Execution.Default);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _optimizer.Dispose();
        _gradient.Dispose();
        _parameters.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void Step() => _optimizer.Step(_parameters, _gradient);
}
