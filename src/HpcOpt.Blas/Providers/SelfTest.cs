using System.Numerics;

namespace HpcOpt.Blas.Providers;

/// <summary>One small product that is exact in every rounding: a library with other integers, or that is no BLAS, fails it.</summary>
internal static unsafe class SelfTest
{
    private const int Rows = 3;
    private const int Columns = 5;
    private const int Depth = 7;

    /// <summary>What is wrong with the library; null if nothing is.</summary>
    public static string? Problem(BlasLibrary library) =>
        Multiplies<float>(library) && Multiplies<double>(library)
            ? null
            : "multiplies two small matrices wrongly; it may count in 64 bits (ILP64)";

    private static bool Multiplies<T>(BlasLibrary library)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* a = stackalloc T[Rows * Depth], b = stackalloc T[Depth * Columns], c = stackalloc T[Rows * Columns];
        for (int i = 0; i < Rows * Depth; i++)
        {
            a[i] = T.CreateTruncating(i - 4);
        }

        for (int i = 0; i < Depth * Columns; i++)
        {
            b[i] = T.CreateTruncating((i * i % 11) - 3);
        }

        LibraryKernels<T> kernels = new(Managed.Serial.Execution, library, int.MaxValue);
        kernels.Gemm(
            Rows, Columns, Depth, T.One, new(a, Depth, isTransposed: false), new(b, Columns, isTransposed: false), T.Zero, c, Columns);
        for (int i = 0; i < Rows * Columns; i++)
        {
            T sum = T.Zero;
            for (int p = 0; p < Depth; p++)
            {
                sum += a[(i / Columns * Depth) + p] * b[(p * Columns) + (i % Columns)];
            }

            if (c[i] != sum)
            {
                return false;
            }
        }

        return true;
    }
}
