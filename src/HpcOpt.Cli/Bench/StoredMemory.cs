using HpcOpt.Cli.Commands;
using HpcOpt.Engine;

namespace HpcOpt.Cli.Bench;

/// <summary>Parameters, gradient and state in formats of their own.</summary>
internal sealed unsafe class StoredMemory : IStepMemory
{
    private readonly Optimizer<float> _optimizer;
    private readonly NumberFormat _parametersFormat;
    private readonly NumberFormat _gradientFormat;
    private readonly NativeVector<byte> _parameters;
    private readonly NativeVector<byte> _gradient;
    private readonly NativeVector<byte> _hidden;
    private readonly MovedStream[][] _passes;
    private readonly ArithmeticFloor _arithmeticFloor;

    /// <summary>Takes over the optimizer.</summary>
    public StoredMemory(Optimizer<float> optimizer, NumberFormat parameters, NumberFormat gradient)
    {
        _optimizer = optimizer;
        (_parametersFormat, _gradientFormat) = (parameters, gradient);
        _parameters = Vector(parameters, i => 1 + (i % 7));
        _gradient = Vector(gradient, i => 0.01f * (1 + (i % 5)));
        _hidden = new(parameters == NumberFormat.Split ? Length * sizeof(ushort) : 0, Execution);
        _passes = [.. Passes()];
        _arithmeticFloor = new(Cost, Execution, Length, sizeof(float));
    }

    public StepCost Cost => _optimizer.Cost!.Value;

    public nint Length => _optimizer.Length;

    public Execution Execution => _optimizer.Execution;

    public double BytesMoved => _optimizer.BytesMoved(_parametersFormat, _gradientFormat)!.Value;

    public (string Parameters, string Gradient, string State) Formats =>
        (_parametersFormat.ShortName(), _gradientFormat.ShortName(), StorageOptions.Name(_optimizer.Storage, "f32"));

    public void Step() => _optimizer.Step(
        _parametersFormat == NumberFormat.Split
            ? Operand<float>.Split(_parameters.Pointer, _hidden.Pointer, Length)
            : Operand<float>.At(_parameters.Pointer, Length, _parametersFormat),
        Operand<float>.At(_gradient.Pointer, Length, _gradientFormat));

    public void ByteFloor()
    {
        foreach (MovedStream[] pass in _passes)
        {
            StoredFloor.Run(Execution, pass, Length);
        }
    }

    public void ArithmeticFloor() => _arithmeticFloor.Run<float>();

    public void Dispose()
    {
        _optimizer.Dispose();
        _parameters.Dispose();
        _gradient.Dispose();
        _hidden.Dispose();
    }

    // As the engine does it: a layer-wise rule that updates its state first moves it in both passes, but reads no gradient in the second.
    private IEnumerable<MovedStream[]> Passes()
    {
        bool updatesStateFirst = Cost is { IsLayerwise: true, State: > 2 };
        if (Cost.IsLayerwise)
        {
            yield return [.. Parameters(isWritten: false), Gradient(), .. updatesStateFirst ? State(isWritten: true) : []];
        }

        MovedStream[] gradient = updatesStateFirst ? [] : [Gradient()];
        yield return [.. Parameters(isWritten: true), .. gradient, .. State(isWritten: !updatesStateFirst)];
    }

    private MovedStream[] Parameters(bool isWritten)
    {
        MovedStream upper = Stream(_parameters.Pointer, _parametersFormat, isWritten);
        return _hidden.Length == 0 ? [upper] : [upper, upper with { Address = (nint)_hidden.Pointer }];
    }

    private MovedStream Gradient() => Stream(_gradient.Pointer, _gradientFormat, isWritten: false);

    private MovedStream[] State(bool isWritten) => [.. _optimizer.State.Select(state => Stream(state.Pointer, state.Format, isWritten))];

    private static MovedStream Stream(void* address, NumberFormat format, bool isWritten) =>
        new((nint)address, StoredFloor.BlockLength * format.Bytes(), isWritten);

    private NativeVector<byte> Vector(NumberFormat format, Func<nint, float> number)
    {
        NativeVector<byte> vector = new(Length * format.Bytes(), Execution);
        for (nint i = 0; i < Length; i++)
        {
            byte* at = vector.Pointer + (i * format.Bytes());
            switch (format)
            {
                case NumberFormat.Single: *(float*)at = number(i); break;
                case NumberFormat.Half: *(Half*)at = (Half)number(i); break;
                default: *(BFloat16*)at = (BFloat16)number(i); break;
            }
        }

        return vector;
    }
}
