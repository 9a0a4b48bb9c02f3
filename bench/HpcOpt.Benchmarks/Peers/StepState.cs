using System.Runtime.InteropServices;

namespace HpcOpt.Benchmarks.Peers;

/// <summary>Vectors and step number of a peer whose update is a method over them.</summary>
internal sealed unsafe class StepState(PeerProblem problem, StepState.Update update) : IPeer
{
    /// <summary>Step t of the problem's rule.</summary>
    public delegate void Update(StepState state);

    public PeerProblem Problem { get; } = problem;

    /// <summary>t of the step to take, from 1.</summary>
    public int T { get; private set; }

    public float* Theta { get; } = Copy(problem.Start);

    public float* Gradient { get; } = Copy(problem.Gradient);

    public float* First { get; } = Copy(new float[problem.Start.Length]);

    public float* Second { get; } = Copy(new float[problem.Start.Length]);

    public float* Scratch { get; } = Copy(new float[problem.Start.Length]);

    public int Length => Problem.Start.Length;

    /// <summary>λ: 0.01 for AdamW.</summary>
    public float Decay => Problem.Rule == "adamw" ? 0.01f : 0;

    /// <summary>1 - 0.9ᵗ.</summary>
    public float Correction1 => (float)(1 - Math.Pow(0.9, T));

    /// <summary>1 - 0.999ᵗ.</summary>
    public float Correction2 => (float)(1 - Math.Pow(0.999, T));

    public void Step(int count)
    {
        for (int i = 0; i < count; i++)
        {
            T++;
            update(this);
        }
    }

    public void CopyParameters(Span<float> destination) => new ReadOnlySpan<float>(Theta, Length).CopyTo(destination);

    public void Dispose()
    {
        foreach (nint vector in (nint[])[(nint)Theta, (nint)Gradient, (nint)First, (nint)Second, (nint)Scratch])
        {
            NativeMemory.AlignedFree((void*)vector);
        }
    }

    private static float* Copy(float[] values)
    {
        float* copy = (float*)NativeMemory.AlignedAlloc((nuint)values.Length * sizeof(float), 64);
        values.CopyTo(new Span<float>(copy, values.Length));
        return copy;
    }
}
