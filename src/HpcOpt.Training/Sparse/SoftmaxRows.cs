using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>The loops of <see cref="SparseSoftmaxRegression{T}"/>: over rows of data and over rows of the gradient.</summary>
/// <remarks>On 256-bit vectors everywhere, which the run-time halves where the hardware lacks them: the operations are the same.</remarks>
internal unsafe struct SoftmaxRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A multiple of the lanes of float and double.
    private const int PadTo = 8;
    private const int CacheLine = 64;

    public T* Theta;
    public int Classes;
    public int Features;

    public int* Starts;
    public int* Columns;
    public T* X;
    public T* Targets;

    /// <summary>The rows of the batch; null for those from <see cref="First"/> on.</summary>
    public int* Rows;
    public int First;
    public int Count;

    /// <summary>For each row of the batch, <see cref="Padded"/> long: scores, then their derivatives times <see cref="Scale"/>.</summary>
    public T* Deltas;
    public double* Exponentials;
    public double Scale;
    public double* Losses;

    /// <summary>For each row its most probable class; null if nobody asks.</summary>
    public int* Best;

    /// <summary>For each entry of the batch, and each intercept behind those of its row, the place of its row of the gradient.</summary>
    public int* Places;
    public T* Sums;

    /// <summary>K numbers and zeros behind them, to whole vectors.</summary>
    public static int Padded(int classes) => (classes + PadTo - 1) / PadTo * PadTo;

    /// <summary>Scores, losses and derivatives of some rows.</summary>
    public static void Score(void* state, nint start, nint end)
    {
        SoftmaxRows<T> job = *(SoftmaxRows<T>*)state;
        for (nint i = start; i < end; i++)
        {
            if (i + 1 < end)
            {
                job.Prefetch(job.Row(i + 1));
            }

            job.Scores(job.Row(i), job.Deltas + (i * Padded(job.Classes)));
            job.Derive(i);
        }
    }

    /// <summary>Adds to some rows of the gradient what belongs to them, in the order of the batch: x_ij δ_i.</summary>
    public static void Sum(void* state, nint start, nint end)
    {
        SoftmaxRows<T> job = *(SoftmaxRows<T>*)state;
        int* place = job.Places;
        for (nint i = 0; i < job.Count; i++)
        {
            nint row = job.Row(i);
            T* delta = job.Deltas + (i * Padded(job.Classes));
            for (int e = job.Starts[row]; e < job.Starts[row + 1]; e++, place++)
            {
                if (*place >= start && *place < end)
                {
                    job.MultiplyAdd(job.X[e], delta, job.Sums + ((nint)(*place) * job.Classes));
                }
            }

            if (*place >= start && *place < end)
            {
                job.MultiplyAdd(T.One, delta, job.Sums + ((nint)(*place) * job.Classes));
            }

            place++;
        }
    }

    private readonly nint Row(nint i) => Rows is null ? First + i : Rows[i];

    // The weights lie anywhere, so no hardware asks for them ahead.
    private readonly void Prefetch(nint row)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (int e = Starts[row]; e < Starts[row + 1]; e++)
        {
            var weights = (byte*)(Theta + ((nint)Columns[e] * Classes));
            for (nint b = 0; b < Classes * sizeof(T); b += CacheLine)
            {
                Sse.Prefetch0(weights + b);
            }
        }
    }

    /// <summary>z = b + Σ_j x_j W_j, entry by entry, each product added with one rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Scores(nint row, T* scores)
    {
        (int start, int end) = (Starts[row], Starts[row + 1]);
        int padded = Padded(Classes);
        new Span<T>(Theta + ((nint)Features * Classes), Classes).CopyTo(new Span<T>(scores, Classes));
        new Span<T>(scores + Classes, padded - Classes).Clear();

        // Whole vectors read some weights of the next feature, which end in the padding; of few classes they would read beyond θ.
        if (Classes < PadTo)
        {
            for (int e = start; e < end; e++)
            {
                MultiplyAdd(X[e], Theta + ((nint)Columns[e] * Classes), scores);
            }

            return;
        }

        int lanes = Vector256<T>.Count, c = 0;
        for (; c <= padded - (8 * lanes); c += 8 * lanes)
        {
            T* z = scores + c;
            Vector256<T> z0 = Load(z), z1 = Load(z + lanes), z2 = Load(z + (2 * lanes)), z3 = Load(z + (3 * lanes));
            Vector256<T> z4 = Load(z + (4 * lanes)), z5 = Load(z + (5 * lanes)), z6 = Load(z + (6 * lanes)), z7 = Load(z + (7 * lanes));
            for (int e = start; e < end; e++)
            {
                Vector256<T> x = Vector256.Create(X[e]);
                T* w = Theta + ((nint)Columns[e] * Classes) + c;
                z0 = VectorMath.MulAdd(x, Load(w), z0);
                z1 = VectorMath.MulAdd(x, Load(w + lanes), z1);
                z2 = VectorMath.MulAdd(x, Load(w + (2 * lanes)), z2);
                z3 = VectorMath.MulAdd(x, Load(w + (3 * lanes)), z3);
                z4 = VectorMath.MulAdd(x, Load(w + (4 * lanes)), z4);
                z5 = VectorMath.MulAdd(x, Load(w + (5 * lanes)), z5);
                z6 = VectorMath.MulAdd(x, Load(w + (6 * lanes)), z6);
                z7 = VectorMath.MulAdd(x, Load(w + (7 * lanes)), z7);
            }

            z0.Store(z);
            z1.Store(z + lanes);
            z2.Store(z + (2 * lanes));
            z3.Store(z + (3 * lanes));
            z4.Store(z + (4 * lanes));
            z5.Store(z + (5 * lanes));
            z6.Store(z + (6 * lanes));
            z7.Store(z + (7 * lanes));
        }

        for (; c < padded; c += lanes)
        {
            Vector256<T> z = Load(scores + c);
            for (int e = start; e < end; e++)
            {
                z = VectorMath.MulAdd(Vector256.Create(X[e]), Load(Theta + ((nint)Columns[e] * Classes) + c), z);
            }

            z.Store(scores + c);
        }
    }

    /// <summary>From the scores: ℓ = ln Σ_k e^{z_k - max z} - (z_y - max z), and δ_k = P(y = k) - 1[y = k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Derive(nint i)
    {
        nint row = Row(i);
        int padded = Padded(Classes), y = int.CreateTruncating(Targets[row]);
        T* delta = Deltas + (i * padded);
        double* e = Exponentials + (i * padded);
        (double max, int best) = (double.NegativeInfinity, 0);
        for (int k = 0; k < Classes; k++)
        {
            e[k] = double.CreateTruncating(delta[k]);
            best = e[k] > max ? k : best; // the first of equal scores
            max = Math.Max(max, e[k]); // NaN if any is
        }

        double target = e[y] - max;
        new Span<double>(e + Classes, padded - Classes).Fill(double.NegativeInfinity);
        Vector256<double> four = Vector256<double>.Zero;
        for (int k = 0; k < padded; k += 4)
        {
            Vector256<double> exponentials = PortableMath.Exp(Vector256.Load(e + k) - Vector256.Create(max));
            exponentials.Store(e + k);
            four += exponentials;
        }

        double sum = (four[0] + four[2]) + (four[1] + four[3]);
        Losses[i] = PortableMath.Log(sum) - target;
        if (Best is not null)
        {
            Best[i] = best;
            return;
        }

        double scale = Scale / sum;
        for (int k = 0; k < Classes; k++)
        {
            delta[k] = T.CreateTruncating(e[k] * scale);
        }

        delta[y] = T.CreateTruncating((e[y] * scale) - Scale);
    }

    // sum += x y, with one rounding
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void MultiplyAdd(T x, T* y, T* sum)
    {
        int lanes = Vector256<T>.Count, k = 0;
        Vector256<T> factor = Vector256.Create(x);
        for (; k <= Classes - lanes; k += lanes)
        {
            VectorMath.MulAdd(factor, Load(y + k), Load(sum + k)).Store(sum + k);
        }

        for (; k < Classes; k++)
        {
            sum[k] = T.FusedMultiplyAdd(x, y[k], sum[k]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Load(T* source) => Vector256.Load(source);
}
