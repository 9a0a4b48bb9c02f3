using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Cli.Bench;

/// <summary>An optimizer with its parameters and gradient; its floors work on the same memory and threads.</summary>
internal sealed unsafe class StepMemory<T> : IStepMemory
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StepCost _cost;
    private readonly VectorPass<T> _pass;
    private readonly ArithmeticFloor _arithmeticFloor;

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
        _pass = new VectorPass<T>(optimizer.Execution);
        _arithmeticFloor = new(_cost, optimizer.Execution, optimizer.Length, sizeof(T));
    }

    public Optimizer<T> Optimizer { get; }

    public StepCost Cost => _cost;

    public nint Length => Optimizer.Length;

    public Execution Execution => Optimizer.Execution;

    public double BytesMoved => Optimizer.BytesPerParameter!.Value;

    public (string Parameters, string Gradient, string State) Formats =>
        sizeof(T) == sizeof(float) ? ("f32", "f32", "f32") : ("f64", "f64", "f64");

    public NativeVector<T> Parameters { get; }

    public NativeVector<T> Gradient { get; }

    public void Step() => Optimizer.Step(Parameters, Gradient);

    public void ByteFloor()
    {
        ByteFloor floor = new(Optimizer.State.Count, _cost.IsLayerwise);
        if (_cost.IsLayerwise)
        {
            Run(floor with { IsSecond = false });
        }

        Run(floor);
    }

    public void ArithmeticFloor() => _arithmeticFloor.Run<T>();

    /// <summary>A pass over parameters, gradient and state.</summary>
    public void Run<TPass>(TPass pass, T* average = null)
        where TPass : struct, IPass
    {
        T** state = stackalloc T*[5];
        for (int i = 0; i < Optimizer.State.Count; i++)
        {
            state[i] = (T*)Optimizer.State[i].Pointer;
        }

        state[Optimizer.State.Count] = average;
        _pass.Run(pass, Length, Parameters.Pointer, Gradient.Pointer, state[0], state[1], state[2], state[3]);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Gradient.Dispose();
        Parameters.Dispose();
    }
}
