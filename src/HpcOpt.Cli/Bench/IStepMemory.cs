using HpcOpt.Engine;

namespace HpcOpt.Cli.Bench;

/// <summary>An optimizer with its parameters and gradient, and what its steps cannot beat on the same memory, path and threads.</summary>
internal interface IStepMemory : IDisposable
{
    StepCost Cost { get; }

    nint Length { get; }

    Execution Execution { get; }

    /// <summary>Bytes that a step moves for each parameter.</summary>
    double BytesMoved { get; }

    /// <summary>The formats by their short names.</summary>
    (string Parameters, string Gradient, string State) Formats { get; }

    /// <summary>The library's step.</summary>
    void Step();

    /// <summary>The moves of a step alone.</summary>
    void ByteFloor();

    /// <summary>The divisions and square roots of a step alone; nothing where there are none.</summary>
    void ArithmeticFloor();
}
