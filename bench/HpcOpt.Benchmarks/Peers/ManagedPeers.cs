using System.Numerics.Tensors;

namespace HpcOpt.Benchmarks.Peers;

/// <summary>Adam and AdamW as one writes them in C# without a library for them: on one thread.</summary>
internal static unsafe class ManagedPeers
{
    private const float Rate = 1e-3f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    public static IReadOnlyList<PeerKind> All { get; } =
    [
        new("C#, plain loop", ["adam", "adamw"], problem => new StepState(problem, PlainLoop)),
        new("C#, TensorPrimitives", ["adam", "adamw"], problem => new StepState(problem, Passes)),
    ];

    private static void PlainLoop(StepState s)
    {
        float* p = s.Theta, g = s.Gradient, m = s.First, v = s.Second;
        (float c1, float c2, float keep) = (s.Correction1, s.Correction2, 1 - (Rate * s.Decay));
        for (int i = 0; i < s.Length; i++)
        {
            m[i] = (Beta1 * m[i]) + ((1 - Beta1) * g[i]);
            v[i] = (Beta2 * v[i]) + ((1 - Beta2) * g[i] * g[i]);
            p[i] = (keep * p[i]) - (Rate * (m[i] / c1) / (MathF.Sqrt(v[i] / c2) + Epsilon));
        }
    }

    // Each call is a pass over the vectors.
    private static void Passes(StepState s)
    {
        Span<float> p = new(s.Theta, s.Length), m = new(s.First, s.Length), v = new(s.Second, s.Length), scratch = new(s.Scratch, s.Length);
        ReadOnlySpan<float> g = new(s.Gradient, s.Length);
        TensorPrimitives.Multiply(m, Beta1, m);
        TensorPrimitives.MultiplyAdd(g, 1 - Beta1, m, m);
        TensorPrimitives.Multiply(g, g, scratch);
        TensorPrimitives.Multiply(v, Beta2, v);
        TensorPrimitives.MultiplyAdd(scratch, 1 - Beta2, v, v);
        TensorPrimitives.Divide(v, s.Correction2, scratch);
        TensorPrimitives.Sqrt(scratch, scratch);
        TensorPrimitives.Add(scratch, Epsilon, scratch);
        TensorPrimitives.Divide(m, scratch, scratch);
        if (s.Decay > 0)
        {
            TensorPrimitives.Multiply(p, 1 - (Rate * s.Decay), p);
        }

        TensorPrimitives.MultiplyAdd(scratch, -Rate / s.Correction1, p, p);
    }
}
