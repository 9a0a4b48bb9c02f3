using System.Numerics;
using System.Runtime.InteropServices;

namespace HpcOpt.Blas.Tests;

/// <summary>The managed provider computes the same bits on every path, for every number of threads, wherever a matrix lies.</summary>
public class SameBitsLaw
{
    public static TheoryData<string> Paths => [.. ExecutionPath.Supported.Select(path => path.Name), "avx512"];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_path_and_number_of_threads_computes_the_same_bits(string path)
    {
        foreach (int threads in new[] { 1, 2, 3, 7 })
        {
            Compare<float>(path, threads);
            Compare<double>(path, threads);
        }
    }

    // s ← fma(round(αaᵢₚ), bₚⱼ, s) from βcᵢⱼ on, in plain words.
    [Fact]
    public void An_element_of_a_product_is_one_chain()
    {
        const int M = 131, N = 77, K = 600;
        float[] a = Subject.Numbers<float>(M * K, 1), b = Subject.Numbers<float>(K * N, 2),
            c = Subject.Numbers<float>(M * N, 3), before = [.. c];
        Subject.Of("managed").Gemm(1.1f, new(a, M, K), new(b, K, N), 0.7f, new MatrixSpan<float>(c, M, N));
        for (int i = 0; i < M * N; i++)
        {
            float sum = 0.7f * before[i];
            for (int p = 0; p < K; p++)
                sum = MathF.FusedMultiplyAdd(1.1f * a[(i / N * K) + p], b[(p * N) + (i % N)], sum);
            Assert.Equal(BitConverter.SingleToInt32Bits(sum), BitConverter.SingleToInt32Bits(c[i]));
        }
    }

    private static void Compare<T>(string path, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Assert.Equal(Bits<T>("scalar", 1), Bits<T>(path, threads));

    // A path that the CPU lacks runs in halves, as in the tests of the core.
    private static byte[] Bits<T>(string path, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int M = 97, N = 90, K = 260;
        ExecutionPath lanes = ExecutionPath.All.Single(known => known.Name == path);
        LinearAlgebra algebra = Subject.Of("managed", new Execution(lanes, threads, chunkBytes: 64, grainBytes: 64));
        T[] a = Subject.Numbers<T>(M * K, 1), b = Subject.Numbers<T>(K * N, 2), c = Subject.Numbers<T>(M * N, 3),
            x = Subject.Numbers<T>(50_000, 4), y = Subject.Numbers<T>(50_000, 5);
        T half = T.CreateTruncating(0.3), third = T.CreateTruncating(1 / 3.0);
        algebra.Gemm(half, new(a, M, K), new ReadOnlyMatrixSpan<T>(b, N, K).Transposed, third, new(c, M, N));
        T[] square = Subject.Numbers<T>(M * M, 6), values = new T[M];
        algebra.Syrk(half, new(a, M, K), third, new(square, M, M));
        algebra.Gemv(half, new(a, M, K), x.AsSpan(0, K), third, y.AsSpan(0, M));
        algebra.Gemv(half, new ReadOnlyMatrixSpan<T>(a, M, K).Transposed, x.AsSpan(0, M), third, y.AsSpan(0, K));
        algebra.Ger(half, x.AsSpan(0, M), y.AsSpan(0, K), new(a, M, K));
        algebra.Axpby(half, x, third, y);
        algebra.Axpy(third, x, y);
        T[] sums = [algebra.Dot<T>(x, y), algebra.Nrm2<T>(y)];
        T[] definite = [.. square];
        for (int i = 0; i < M; i++)
            definite[(i * M) + i] += T.CreateTruncating(1000);
        algebra.Cholesky(new MatrixSpan<T>(definite, M, M));
        algebra.SymmetricEigen(new MatrixSpan<T>(square, M, M), values);
        return [.. new[] { a, c, y, sums, definite, square, values }.SelectMany(part => MemoryMarshal.AsBytes(part.AsSpan()).ToArray())];
    }
}
