using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Cli.Bench;

/// <summary>An optimizer with its parameters and gradient; its floors work on the same memory and threads.</summary>
internal sealed unsafe class StepMemory<T> : IStepMemory
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StepCost _cost;
    private ArithmeticFloor _arithmeticFloor;

    /// <summary>Takes over the optimizer of a rule.</summary>
    public StepMemory(Optimizer<T> optimizer)
    {
        Optimizer = optimizer;
        Parameters = new(optimizer.Length, optimizer.Execution);
        Gradient = new(optimizer.Length, optimizer.Execution);
        for (nint i = 0; i < optimizer.Length; i++)
        {
            (Parameters[i], Gradient[i]) = (T.CreateTruncating(1 + (i % 7)), T.CreateTruncating(0.01f * (1 + (i % 5))));
        }

        _cost = optimizer.Cost!.Value;
        _arithmeticFloor = new(_cost, optimizer.Execution, optimizer.Length, sizeof(T));
    }

    public Optimizer<T> Optimizer { get; }

    public StepCost Cost => _cost;

    public nint Length => Optimizer.Length;

    public Execution Execution => Optimizer.Execution;

    public double BytesMoved => Optimizer.BytesPerParameter!.Value;

    public (string Parameters, string Gradient, string State) Formats => sizeof(T) == sizeof(float) ? ("f32", "f32", "f32") : ("f64", "f64", "f64");

    public NativeVector<T> Parameters { get; }

    public NativeVector<T> Gradient { get; }

    public void Step() => Optimizer.Step(Parameters, Gradient);

    public void ByteFloor()
    {
        Vectors<T> memory = Memory();
        ByteFloor floor = new(Optimizer.State.Count, _cost.IsLayerwise);
        Optimizer.Execution.Sweep(ref floor, &memory);
    }

    public void ArithmeticFloor()
    {
        Vectors<T> memory = Memory();
        Optimizer.Execution.Sweep(ref _arithmeticFloor, &memory);
    }

    public Vectors<T> Memory()
    {
        var memory = new Vectors<T> { Length = Optimizer.Length, P = Parameters.Pointer, G = Gradient.Pointer };
        T** state = &memory.S0;
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
