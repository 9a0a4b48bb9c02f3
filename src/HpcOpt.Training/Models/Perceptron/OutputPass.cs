using System.Buffers;
using System.Numerics;

namespace HpcOpt.Training;

/// <summary>The pass over the scores, rows × K: intercepts, loss and its derivative at once. Threads share the rows.</summary>
internal unsafe struct OutputPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Of an exponential beside a number that moves.
    private const int Cost = 8;

    public required int Rows;
    public required int Outputs;

    /// <summary>Scores without intercepts in; (1/|B|) ∂ℓ/∂z out, or without a batch the scores.</summary>
    public required T* Scores;

    public required T* Intercepts;
    public required T* Targets;

    /// <summary>ℓ of each row, out.</summary>
    public required double* Losses;

    /// <summary>Whether the targets are classes, with the loss of softmax; otherwise values, with ½(z - y)².</summary>
    public required bool HasClasses;

    /// <summary>|B|, by which derivatives are divided; 0 leaves the scores.</summary>
    public required int BatchSize;

    public static void Run(OutputPass<T> pass, Execution execution) =>
        execution.Run(&RunRows, &pass, pass.Rows, (int)Math.Min((long)pass.Outputs * sizeof(T) * Cost, int.MaxValue));

    private static void RunRows(void* state, nint start, nint end)
    {
        OutputPass<T>* pass = (OutputPass<T>*)state;
        double[] rented = ArrayPool<double>.Shared.Rent(pass->Outputs);
        Span<double> derivative = rented.AsSpan(0, pass->Outputs);
        for (nint row = start; row < end; row++)
        {
            Span<T> scores = new(pass->Scores + (row * pass->Outputs), pass->Outputs);
            for (int k = 0; k < scores.Length; k++)
            {
                scores[k] += pass->Intercepts[k];
            }

            pass->Losses[row] = pass->HasClasses
                ? SoftmaxLoss.Of<T>(scores, int.CreateTruncating(pass->Targets[row]), derivative)
                : SquaredLoss.Of(scores[0], pass->Targets[row], out derivative[0]);
            if (pass->BatchSize > 0)
            {
                for (int k = 0; k < scores.Length; k++)
                {
                    scores[k] = T.CreateTruncating(derivative[k] / pass->BatchSize);
                }
            }
        }

        ArrayPool<double>.Shared.Return(rented);
    }
}
