using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HpcOpt.Interop;
using HpcOpt.Native.Tests;

namespace HpcOpt.Benchmarks;

/// <summary>AdamW as one would write it by hand for one width: the same arithmetic in the same order, without layers.</summary>
/// <remarks>For lengths that are multiples of 16, because a hand-written special case would not care about tails.</remarks>
internal static unsafe class HandWritten
{
    /// <summary>Step <paramref name="t"/> with the widest vectors that the hardware has.</summary>
    public static void AdamW(AdamW rule, long t, float* p, float* g, float* m, float* v, nint length)
    {
        hpc_adamw folded = FoldedAdamW.Of(rule, t);
        var constants = new Constants(
            (float)folded.keep,
            (float)folded.minus_rate,
            (float)folded.beta1,
            (float)folded.one_minus_beta1,
            (float)folded.beta2,
            (float)folded.one_minus_beta2,
            (float)folded.epsilon);
        if (Vector512.IsHardwareAccelerated)
        {
            AdamW512(constants, p, g, m, v, length);
        }
        else
        {
            AdamW256(constants, p, g, m, v, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AdamW512(in Constants c, float* p, float* g, float* m, float* v, nint length)
    {
        Vector512<float> keep = Vector512.Create(c.Keep);
        Vector512<float> minusRate = Vector512.Create(c.MinusRate);
        Vector512<float> beta1 = Vector512.Create(c.Beta1);
        Vector512<float> oneMinusBeta1 = Vector512.Create(c.OneMinusBeta1);
        Vector512<float> beta2 = Vector512.Create(c.Beta2);
        Vector512<float> oneMinusBeta2 = Vector512.Create(c.OneMinusBeta2);
        Vector512<float> epsilon = Vector512.Create(c.Epsilon);
        for (nint i = 0; i < length; i += Vector512<float>.Count)
        {
            Vector512<float> gradient = Vector512.Load(g + i);
            Vector512<float> first = Vector512.FusedMultiplyAdd(beta1, Vector512.Load(m + i), oneMinusBeta1 * gradient);
            Vector512<float> second = Vector512.FusedMultiplyAdd(beta2, Vector512.Load(v + i), oneMinusBeta2 * gradient * gradient);
            Vector512<float> quotient = first / (Vector512.Sqrt(second) + epsilon);
            Vector512.FusedMultiplyAdd(minusRate, quotient, keep * Vector512.Load(p + i)).Store(p + i);
            first.Store(m + i);
            second.Store(v + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AdamW256(in Constants c, float* p, float* g, float* m, float* v, nint length)
    {
        Vector256<float> keep = Vector256.Create(c.Keep);
        Vector256<float> minusRate = Vector256.Create(c.MinusRate);
        Vector256<float> beta1 = Vector256.Create(c.Beta1);
        Vector256<float> oneMinusBeta1 = Vector256.Create(c.OneMinusBeta1);
        Vector256<float> beta2 = Vector256.Create(c.Beta2);
        Vector256<float> oneMinusBeta2 = Vector256.Create(c.OneMinusBeta2);
        Vector256<float> epsilon = Vector256.Create(c.Epsilon);
        for (nint i = 0; i < length; i += Vector256<float>.Count)
        {
            Vector256<float> gradient = Vector256.Load(g + i);
            Vector256<float> first = Vector256.FusedMultiplyAdd(beta1, Vector256.Load(m + i), oneMinusBeta1 * gradient);
            Vector256<float> second = Vector256.FusedMultiplyAdd(beta2, Vector256.Load(v + i), oneMinusBeta2 * gradient * gradient);
            Vector256<float> quotient = first / (Vector256.Sqrt(second) + epsilon);
            Vector256.FusedMultiplyAdd(minusRate, quotient, keep * Vector256.Load(p + i)).Store(p + i);
            first.Store(m + i);
            second.Store(v + i);
        }
    }

    private readonly record struct Constants(
        float Keep, float MinusRate, float Beta1, float OneMinusBeta1, float Beta2, float OneMinusBeta2, float Epsilon);
}
