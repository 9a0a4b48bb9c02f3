using HpcOpt.Engine;
using HpcOpt.Tests;

namespace HpcOpt.Benchmarks;

/// <summary>One f32 optimizer with its parameters and gradient; its byte floor works on the same memory.</summary>
internal sealed unsafe class StepMemory : IDisposable
{
    private readonly Execution _execution;

    public StepMemory(Optimizer<float> optimizer, Execution execution)
    {
        (Optimizer, _execution) = (optimizer, execution);
        Parameters = new(optimizer.Length, execution);
        Gradient = new(optimizer.Length, execution);
        for (nint i = 0; i < optimizer.Length; i++)
        {
            (Parameters[i], Gradient[i]) = (1 + (i % 7), 0.01f * (1 + (i % 5)));
        }
    }

    public Optimizer<float> Optimizer { get; }

    public NativeVector<float> Parameters { get; }

    public NativeVector<float> Gradient { get; }

    /// <summary>A line of the rule table.</summary>
    public static StepMemory Of(string rule, nint length, Execution execution) =>
        new(RuleTable.All.Single(line => line.Name == rule).Create<float>(length, execution), execution);

    /// <summary>The library's step.</summary>
    public void Step() => Optimizer.Step(Parameters, Gradient);

    /// <summary>The moves of a step alone.</summary>
    public void Floor()
    {
        Vectors<float> memory = Memory();
        _execution.Sweep(new ByteFloor(Optimizer.State.Count, Optimizer.IsLayerwise), &memory);
    }

    public Vectors<float> Memory()
    {
        var memory = new Vectors<float> { Length = Optimizer.Length, P = Parameters.Pointer, G = Gradient.Pointer };
        float** state = &memory.S0;
        for (int i = 0; i < Optimizer.State.Count; i++)
        {
            state[i] = Optimizer.State[i].Pointer;
        }

        return memory;
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Gradient.Dispose();
        Parameters.Dispose();
    }
}
