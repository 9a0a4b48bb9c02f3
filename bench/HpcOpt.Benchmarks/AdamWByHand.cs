using HpcOpt.Cli.Bench;
using HpcOpt.Interop;
using HpcOpt.Native.Tests;

namespace HpcOpt.Benchmarks;

/// <summary>AdamW by the library, by hand, and by the C of the native part, on the caller's thread and on the same memory.</summary>
internal sealed class AdamWByHand(nint length, Execution execution) : IDisposable
{
    public static readonly AdamW Rule = new();

    private readonly StepMemory<float> _memory = new(Optimizer<float>.Create(length, Rule, execution));
    private long _stepsByHand;

    /// <summary>The library's step.</summary>
    public void Step() => _memory.Step();

    /// <summary>The same step by hand.</summary>
    public unsafe void HandWrittenStep()
    {
        HandWritten.AdamW(Rule, ++_stepsByHand, _memory.Parameters.Pointer, _memory.Gradient.Pointer, State(0), State(1), _memory.Length);
    }

    /// <summary>The same step in C with intrinsics.</summary>
    public unsafe void CStep()
    {
        hpc_adamw constants = FoldedAdamW.Of(Rule, ++_stepsByHand);
        int status = NativeMethods.hpc_adamw_f32(
            &constants,
            _memory.Parameters.Pointer,
            _memory.Gradient.Pointer,
            State(0),
            State(1),
            (ulong)_memory.Length,
            NativeMethods.HPC_ISA_BEST);
        if (status != NativeMethods.HPC_OK)
        {
            throw new InvalidOperationException($"hpc_adamw_f32 returned {status}; expected {NativeMethods.HPC_OK}.");
        }
    }

    /// <summary>Throws unless both have the same bits in parameters and state.</summary>
    public static void Equal(AdamWByHand x, AdamWByHand y)
    {
        Same(x._memory.Parameters.AsSpan(), y._memory.Parameters.AsSpan(), "parameters");
        foreach ((StateView ofX, StateView ofY) in x._memory.Optimizer.State.Zip(y._memory.Optimizer.State))
        {
            Same(ofX.AsSpan<float>(), ofY.AsSpan<float>(), ofX.Name);
        }
    }

    public void Dispose() => _memory.Dispose();

    private unsafe float* State(int k) => (float*)_memory.Optimizer.State[k].Pointer;

    private static void Same(ReadOnlySpan<float> x, ReadOnlySpan<float> y, string name)
    {
        for (int i = 0; i < x.Length; i++)
        {
            if (BitConverter.SingleToUInt32Bits(x[i]) != BitConverter.SingleToUInt32Bits(y[i]))
            {
                throw new InvalidOperationException(
                    $"{name}[{i}] is {x[i]:R} in the library and {y[i]:R} by hand; expected the same bits.");
            }
        }
    }
}
