using HpcOpt.Cli.Bench;
using HpcOpt.Engine;
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
        Vectors<float> memory = _memory.Memory();
        HandWritten.AdamW(Rule, ++_stepsByHand, &memory);
    }

    /// <summary>The same step in C with intrinsics.</summary>
    public unsafe void CStep()
    {
        hpc_adamw constants = FoldedAdamW.Of(Rule, ++_stepsByHand);
        Vectors<float> memory = _memory.Memory();
        int status = NativeMethods.hpc_adamw_f32(&constants, memory.P, memory.G, memory.S0, memory.S1, (ulong)memory.Length, NativeMethods.HPC_ISA_BEST);
        if (status != NativeMethods.HPC_OK)
        {
            throw new InvalidOperationException($"hpc_adamw_f32 returned {status}; expected {NativeMethods.HPC_OK}.");
        }
    }

    /// <summary>Throws unless both have the same bits in parameters and state.</summary>
    public static void Equal(AdamWByHand x, AdamWByHand y)
    {
        Same(x._memory.Parameters, y._memory.Parameters, "parameters");
        Same(x._memory.Optimizer.State[0], y._memory.Optimizer.State[0], "m");
        Same(x._memory.Optimizer.State[1], y._memory.Optimizer.State[1], "v");
    }

    public void Dispose() => _memory.Dispose();

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
}
