using System.Diagnostics;
using HpcOpt.Blas;

namespace HpcOpt.Benchmarks.Networks;

/// <summary>The matrix products of an epoch and nothing else: X W, Xᵀ∂Z, ∂Z Wᵀ of every layer, for every batch.</summary>
internal static class NetworkProducts
{
    public static double EpochSeconds(LinearAlgebra linearAlgebra)
    {
        int[] widths = [NetworkProblem.Features, .. NetworkProblem.Hidden, NetworkProblem.Classes];
        float[][] activations = [.. widths.Select(width => Filled(NetworkProblem.Batch * width))],
            deltas = [.. widths.Select(width => Filled(NetworkProblem.Batch * width))];
        float[][] weights = [.. widths.Skip(1).Zip(widths, (outputs, inputs) => Filled(inputs * outputs))],
            gradients = [.. weights.Select(matrix => Filled(matrix.Length))];
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < NetworkProblem.Rows; done += NetworkProblem.Batch)
        {
            int rows = Math.Min(NetworkProblem.Batch, NetworkProblem.Rows - done);
            for (int l = 0; l < weights.Length; l++)
            {
                linearAlgebra.Gemm(1, Matrix(activations[l], rows, widths[l]), Matrix(weights[l], widths[l], widths[l + 1]), 0,
                    Matrix(deltas[l + 1], rows, widths[l + 1]));
            }

            for (int l = weights.Length - 1; l >= 0; l--)
            {
                MatrixSpan<float> delta = Matrix(deltas[l + 1], rows, widths[l + 1]);
                linearAlgebra.Gemm(
                    1, Matrix(activations[l], rows, widths[l]).Transposed, delta, 0, Matrix(gradients[l], widths[l], widths[l + 1]));
                if (l > 0)
                {
                    linearAlgebra.Gemm(
                        1, delta, Matrix(weights[l], widths[l], widths[l + 1]).Transposed, 0, Matrix(deltas[l], rows, widths[l]));
                }
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static MatrixSpan<float> Matrix(float[] values, int rows, int columns) => new(values.AsSpan(0, rows * columns), rows, columns);

    // Not zeros, whose products some hardware does faster, and not so large that they grow.
    private static float[] Filled(int length)
    {
        float[] values = new float[length];
        Array.Fill(values, 1e-3f);
        return values;
    }
}
