using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace HpcOpt.Benchmarks;

/// <summary>A vector that no 32-bit index reaches the end of: one step in place, 8 GiB, seen at every element.</summary>
internal static unsafe class LargeVector
{
    private static readonly nint Length = unchecked((nint)((1L << 31) + 17));
    private const int BlockLength = 1 << 16;
    private const float Rate = 0.25f;
    private const float Decay = 0.5f;

    /// <returns>The exit code: 1 where an element is not what it should be.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Check(Action<string> write)
    {
        using NativeVector<float> theta = new(Length);
        float* p = theta.Pointer;
        for (nint i = 0; i < Length; i++)
        {
            p[i] = Value(i);
        }

        // θ is its own gradient, so one vector is all the memory: θ ← θ - η(θ + λθ).
        using Optimizer<float> sgd = Optimizer<float>.Create(Length, new Sgd { LearningRate = Rate, WeightDecay = Decay });
        long start = Stopwatch.GetTimestamp();
        sgd.Step(theta, theta);
        TimeSpan time = Stopwatch.GetElapsedTime(start);

        double squares = 0, block = 0;
        for (nint i = 0; i < Length; i++)
        {
            float before = Value(i), expected = float.FusedMultiplyAdd(-Rate, float.FusedMultiplyAdd(Decay, before, before), before);
            block += (double)expected * expected;
            if (i % BlockLength == 0)
            {
                // A running sum of 2^31 squares would round away as many digits as are compared.
                (squares, block) = (squares + block, 0);
            }

            if (p[i] != expected)
            {
                write($"θ[{i:N0}] is {p[i]:R} after the step from {before:R}; expected {expected:R}.");
                return 1;
            }
        }

        squares += block;

        // A value near the end that only a pass over everything finds.
        theta[Length - 1] = float.NaN;
        sgd.Options = new StepOptions { NonFinite = NonFiniteGradient.Skip };
        StepReport report = sgd.Step(theta, theta);
        theta[Length - 1] = Value(Length - 1);
        if (!report.IsSkipped || report.NonFinite != 1)
        {
            write($"The last element was not finite, and the report says {report}; expected a step skipped for 1 element.");
            return 1;
        }

        write(
            $"{Length:N0} elements: each as it should be; one step took {time.TotalSeconds:F2} s, "
            + $"and the norm of the rest is {report.GradientNorm:R} ({Math.Sqrt(squares):R} element by element).");
        return Math.Abs((report.GradientNorm!.Value / Math.Sqrt(squares)) - 1) < 1e-9 ? 0 : 1;
    }

    // Sixteen bits of an odd multiple of i, so that neighbours, and elements 2^31 or 2^32 bytes apart, differ.
    private static float Value(nint i) => 1 + ((ulong)i * 0x9E3779B97F4A7C15 >> 48);
}
