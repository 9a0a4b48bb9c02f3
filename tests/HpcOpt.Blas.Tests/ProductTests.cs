using System.Numerics;

namespace HpcOpt.Blas.Tests;

/// <summary>Products against sums in double, whose own error is far below the bound or, for doubles, part of it.</summary>
public class ProductTests
{
    private static readonly (int M, int N, int K)[] Shapes =
    [
        (1, 1, 1), (1, 7, 3), (5, 1, 4), (6, 16, 8), (7, 17, 9), (13, 33, 257), (121, 35, 5), (64, 130, 300), (3, 1030, 2), (200, 3, 65),
        (0, 3, 2), (3, 0, 2), (4, 5, 0),
    ];

    public static TheoryData<string> Providers => Subject.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public void Gemm_is_alpha_A_B_plus_beta_C(string provider)
    {
        Gemm<float>(Subject.Of(provider));
        Gemm<double>(Subject.Of(provider));
    }

    // Sizes of a few hundred as if they were beyond 2³¹.
    [Theory]
    [MemberData(nameof(Providers))]
    public void Calls_longer_than_a_library_can_count_are_split(string provider)
    {
        Gemm<double>(Subject.Of(provider, limit: 50));
        Gemm<double>(Subject.Of(provider, limit: 500));
        Syrk<double>(Subject.Of(provider, limit: 50));
        Syrk<double>(Subject.Of(provider, limit: 500));
        Vectors<double>(Subject.Of(provider, limit: 50));
        Vectors<double>(Subject.Of(provider, limit: 500));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Syrk_is_alpha_A_A_transposed_plus_beta_C(string provider)
    {
        Syrk<float>(Subject.Of(provider));
        Syrk<double>(Subject.Of(provider));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Gemv_and_ger_are_products_with_vectors(string provider)
    {
        Vectors<float>(Subject.Of(provider));
        Vectors<double>(Subject.Of(provider));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Zero_factors_hide_what_is_no_number(string provider)
    {
        LinearAlgebra algebra = Subject.Of(provider);
        double[] nan = [.. Enumerable.Repeat(double.NaN, 12)], ones = [.. Enumerable.Repeat(1.0, 12)];
        double[] c = [.. nan];
        algebra.Gemm(1, new(ones, 3, 4), new(ones, 4, 3), 0, new MatrixSpan<double>(c.AsSpan(0, 9), 3, 3));
        Assert.Equal([4, 4, 4, 4, 4, 4, 4, 4, 4, double.NaN, double.NaN, double.NaN], c);
        algebra.Gemm(0, new(nan, 3, 4), new(nan, 4, 3), 2, new MatrixSpan<double>(c.AsSpan(0, 9), 3, 3));
        Assert.Equal(Enumerable.Repeat(8.0, 9), c[..9]);
        c = [.. nan];
        algebra.Syrk(1, new ReadOnlyMatrixSpan<double>(ones, 3, 4), 0, new(c.AsSpan(0, 9), 3, 3));
        Assert.Equal(Enumerable.Repeat(4.0, 9), c[..9]);
        algebra.Gemv(1, new(ones, 3, 4), ones.AsSpan(0, 4), 0, nan.AsSpan(0, 3));
        Assert.Equal([4, 4, 4], nan[..3]);
        algebra.Scal(0, nan.AsSpan());
        Assert.Equal(new double[12], nan);
    }

    private static void Gemm<T>(LinearAlgebra algebra)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int seed = 0;
        foreach ((int m, int n, int k) in Shapes)
            foreach ((bool transposeA, bool transposeB) in new[] { (false, false), (false, true), (true, false), (true, true) })
                foreach ((double alpha, double beta) in new[] { (1.0, 0.0), (-0.5, 1.0), (2.0, 0.25) })
                {
                    // One column more in memory than the matrix has.
                    T[] memoryA = Subject.Numbers<T>((transposeA ? k : m) * ((transposeA ? m : k) + 1), seed++);
                    T[] memoryB = Subject.Numbers<T>((transposeB ? n : k) * ((transposeB ? k : n) + 1), seed++);
                    T[] memoryC = Subject.Numbers<T>(m * (n + 1), seed++);
                    ReadOnlyMatrixSpan<T> a = Seen(memoryA, m, k, transposeA), b = Seen(memoryB, k, n, transposeB);
                    T[] before = [.. memoryC];
                    var c = new MatrixSpan<T>(memoryC, m, n + 1).Slice(0, 0, m, n);
                    algebra.Gemm(T.CreateTruncating(alpha), a, b, T.CreateTruncating(beta), c);
                    for (int i = 0; i < m; i++)
                    {
                        for (int j = 0; j < n; j++)
                        {
                            (double sum, double size) = (0, 0);
                            for (int p = 0; p < k; p++)
                                Add(ref sum, ref size, alpha * double.CreateTruncating(a[i, p]) * double.CreateTruncating(b[p, j]));
                            Add(ref sum, ref size, beta * double.CreateTruncating(before[(i * (n + 1)) + j]));
                            Near(sum, c[i, j], size, k, $"{algebra.Provider.Name} {m}x{n}x{k} [{i}, {j}]");
                        }

                        Assert.Equal(before[(i * (n + 1)) + n], memoryC[(i * (n + 1)) + n]);
                    }
                }
    }

    private static void Syrk<T>(LinearAlgebra algebra)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int n, int k) in new[] { (1, 1), (2, 5), (33, 7), (97, 64), (200, 131), (0, 3), (5, 0) })
            foreach (bool transpose in new[] { false, true })
                foreach ((double alpha, double beta) in new[] { (1.0, 0.0), (0.5, 2.0) })
                {
                    T[] memory = Subject.Numbers<T>((transpose ? k : n) * ((transpose ? n : k) + 1), n + k),
                        c = Subject.Numbers<T>(n * n, n);
                    ReadOnlyMatrixSpan<T> a = Seen(memory, n, k, transpose);
                    T[] before = [.. c];
                    algebra.Syrk(T.CreateTruncating(alpha), a, T.CreateTruncating(beta), new(c, n, n));
                    for (int i = 0; i < n; i++)
                    {
                        for (int j = 0; j <= i; j++)
                        {
                            (double sum, double size) = (0, 0);
                            for (int p = 0; p < k; p++)
                                Add(ref sum, ref size, alpha * double.CreateTruncating(a[i, p]) * double.CreateTruncating(a[j, p]));
                            Add(ref sum, ref size, beta * double.CreateTruncating(before[(i * n) + j]));
                            Near(sum, c[(i * n) + j], size, k, $"{algebra.Provider.Name} {n}x{k} [{i}, {j}]");
                            Assert.Equal(c[(i * n) + j], c[(j * n) + i]);
                        }
                    }
                }
    }

    private static void Vectors<T>(LinearAlgebra algebra)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int m, int n) in new[] { (1, 1), (3, 40), (40, 3), (129, 257), (700, 90), (4, 0), (0, 4) })
            foreach (bool transpose in new[] { false, true })
            {
                T[] memory = Subject.Numbers<T>((transpose ? n : m) * ((transpose ? m : n) + 1), m), x = Subject.Numbers<T>(n, 1),
                    y = Subject.Numbers<T>(m, 2), before = [.. y];
                ReadOnlyMatrixSpan<T> a = Seen(memory, m, n, transpose);
                algebra.Gemv(T.CreateTruncating(0.5), a, x, T.CreateTruncating(-2.0), y);
                for (int i = 0; i < m; i++)
                {
                    (double sum, double size) = (0, 0);
                    for (int j = 0; j < n; j++)
                        Add(ref sum, ref size, 0.5 * double.CreateTruncating(a[i, j]) * double.CreateTruncating(x[j]));
                    Add(ref sum, ref size, -2 * double.CreateTruncating(before[i]));
                    Near(sum, y[i], size, n, $"{algebra.Provider.Name} gemv {m}x{n} [{i}]");
                }

                if (transpose)
                    continue;
                T[] c = Subject.Numbers<T>(m * n, 3), old = [.. c];
                algebra.Ger(T.CreateTruncating(0.25), y, x, new(c, m, n));
                for (int i = 0; i < m * n; i++)
                {
                    double update = 0.25 * double.CreateTruncating(y[i / n]) * double.CreateTruncating(x[i % n]),
                        start = double.CreateTruncating(old[i]);
                    Near(start + update, c[i], Math.Abs(start) + Math.Abs(update), 1, $"{algebra.Provider.Name} ger {m}x{n} [{i}]");
                }
            }
    }

    private static ReadOnlyMatrixSpan<T> Seen<T>(T[] memory, int rows, int columns, bool transposed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int inMemory, int length) = transposed ? (columns, rows) : (rows, columns);
        ReadOnlyMatrixSpan<T> matrix = new ReadOnlyMatrixSpan<T>(memory, inMemory, length + 1).Slice(0, 0, inMemory, length);
        return transposed ? matrix.Transposed : matrix;
    }

    private static void Add(ref double sum, ref double size, double term) => (sum, size) = (sum + term, size + Math.Abs(term));

    // Any order of k + 1 rounded sums of products: at most k + 3 roundings for a term; as many again for the reference in double.
    private static void Near<T>(double expected, T actual, double size, int terms, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double error = Math.Abs(double.CreateTruncating(actual) - expected), bound = 2 * (terms + 4) * Subject.Rounding<T>() * size;
        Assert.True(error <= bound, $"{what} is {actual}, expected {expected} within {bound:G3}; the error is {error:G3}.");
    }
}
