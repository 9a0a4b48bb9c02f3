using HpcOpt.Engine;

namespace HpcOpt.Benchmarks;

/// <summary>One AdamW f32 optimizer with its parameters and gradient; the baselines work on the same memory.</summary>
internal sealed unsafe class AdamWMemory : IDisposable
{
    public static readonly AdamW Rule = new();

    private readonly NativeVector<float> _parameters;
    private readonly NativeVector<float> _gradient;
    private readonly Optimizer<float> _optimizer;
    private readonly Execution _execution;
    private long _stepsByHand;

    public AdamWMemory(nint length, Execution execution)
    {
        _execution = execution;
        _parameters = new(length, execution);
        _gradient = new(length, execution);
        _optimizer = Optimizer<float>.Create(length, Rule, execution);
        for (nint i = 0; i < length; i++)
        {
            (_parameters[i], _gradient[i]) = (1 + (i % 7), 0.01f * (1 + (i % 5)));
        }
    }

    /// <summary>The library's step.</summary>
    public void Step() => _optimizer.Step(_parameters, _gradient);

    /// <summary>The moves of a step alone.</summary>
    public void Floor()
    {
        Vectors<float> memory = Memory();
        _execution.Sweep(default(ByteFloor), &memory);
    }

    /// <summary>The same step by hand, on the caller's thread.</summary>
    public void HandWrittenStep()
    {
        Vectors<float> memory = Memory();
        HandWritten.AdamW(Rule, ++_stepsByHand, &memory);
    }

    /// <summary>Throws unless both have the same bits in parameters and state.</summary>
    public static void Equal(AdamWMemory x, AdamWMemory y)
    {
        Same(x._parameters, y._parameters, "parameters");
        Same(x._optimizer.State[0], y._optimizer.State[0], "m");
        Same(x._optimizer.State[1], y._optimizer.State[1], "v");
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _gradient.Dispose();
        _parameters.Dispose();
    }

    private static void Same(NativeVector<float> x, NativeVector<float> y, string name)
    {
        for (nint i = 0; i < x.Length; i++)
        {
            if (BitConverter.SingleToUInt32Bits(x[i]) != BitConverter.SingleToUInt32Bits(y[i]))
            {
                throw new InvalidOperationException($"{name}[{i}] is {x[i]:R} in the library and {y[i]:R} by hand; expected the same bits.");
            }
        }
    }

    private Vectors<float> Memory() => new()
    {
        Length = _parameters.Length,
        P = _parameters.Pointer,
        G = _gradient.Pointer,
        S0 = _optimizer.State[0].Pointer,
        S1 = _optimizer.State[1].Pointer,
    };
}
