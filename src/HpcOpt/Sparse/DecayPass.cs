using System.Numerics;

namespace HpcOpt.Engine;

/// <summary>Multiplies rows with the factors of the steps that they missed.</summary>
internal unsafe struct DecayPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The <see cref="Mark"/> that leaves <see cref="Last"/> as it is.</summary>
    public const int NoMark = -1;

    public Streams* Memory;

    /// <summary>Which rows; null means all.</summary>
    public nint* Rows;

    /// <summary>For each row the last step that it has.</summary>
    public int* Last;

    /// <summary>What that step is afterwards.</summary>
    public int Mark;

    public StepRun* Runs;
    public int RunCount;

    /// <summary>Steps in all runs.</summary>
    public int Steps;

    public int Width;
    public int StateCount;

    public static void Run(void* state, nint start, nint end)
    {
        var pass = (DecayPass<T>*)state;
        for (nint i = start; i < end; i++)
        {
            nint row = pass->Rows is null ? i : pass->Rows[i];
            if (pass->Last[row] < pass->Steps)
            {
                pass->Multiply(row * pass->Width, pass->Missed(pass->Last[row]));
            }

            if (pass->Mark != NoMark)
            {
                pass->Last[row] = pass->Mark;
            }
        }
    }

    /// <summary>The factors of the steps after <paramref name="last"/>, from the newest back.</summary>
    private readonly LazyDecay Missed(int last)
    {
        LazyDecay product = LazyDecay.None;
        int end = Steps;
        for (StepRun* run = Runs + RunCount - 1; end > last; run--)
        {
            int begin = Math.Max(last, run->Before);
            product = product.Times(run->Decay.Power(end - begin));
            end = begin;
        }

        return product;
    }

    private readonly void Multiply(nint offset, in LazyDecay factors)
    {
        Multiply((T*)Memory->P.Address + offset, factors.Parameters);
        for (int k = 0; k < StateCount; k++)
        {
            Multiply((T*)Streams.StateOf(Memory, k)->Address + offset, k == 0 ? factors.S0 : k == 1 ? factors.S1 : factors.S2);
        }
    }

    // The factor is rounded once and each product once, whatever the width of the vector.
    private readonly void Multiply(T* x, double factor)
    {
        if (factor == 1)
        {
            return;
        }

        T rounded = T.CreateTruncating(factor);
        var factors = new Vector<T>(rounded);
        int i = 0;
        for (; i <= Width - Vector<T>.Count; i += Vector<T>.Count)
        {
            (Vector.Load(x + i) * factors).Store(x + i);
        }

        for (; i < Width; i++)
        {
            x[i] *= rounded;
        }
    }
}
