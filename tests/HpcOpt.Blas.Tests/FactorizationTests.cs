using System.Numerics;

namespace HpcOpt.Blas.Tests;

/// <summary>Eigenvalues and Cholesky factors: by what defines them, and by matrices whose answers are known.</summary>
public class FactorizationTests
{
    public static TheoryData<string> Providers => Subject.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public void Eigenvectors_diagonalize_and_are_orthonormal(string provider)
    {
        foreach (int n in new[] { 0, 1, 2, 3, 10, 65, 180 })
        {
            Eigen(Subject.Of(provider), Symmetric<float>(n, 1), n);
            Eigen(Subject.Of(provider), Symmetric<double>(n, 1), n);

            // Far from 1, where squares would leave the range.
            Eigen(Subject.Of(provider), Symmetric<double>(n, 1e-200), n);
            Eigen(Subject.Of(provider), Symmetric<double>(n, 1e200), n);
        }

        // Equal eigenvalues, and none at all.
        Eigen(Subject.Of(provider), [.. Enumerable.Range(0, 49).Select(i => i % 8 == 0 ? 3.0 : 0)], 7);
        Eigen(Subject.Of(provider), new double[49], 7);
        Eigen(Subject.Of(provider), [.. Enumerable.Repeat(1.0, 400)], 20);
    }

    // 2 on the diagonal, -1 beside it: λⱼ = 4 sin²(jπ / 2(n+1)).
    [Theory]
    [MemberData(nameof(Providers))]
    public void The_second_difference_has_eigenvalues_in_closed_form(string provider)
    {
        const int N = 150;
        double[] a = new double[N * N], values = new double[N];
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                a[(i * N) + j] = i == j ? 2 : Math.Abs(i - j) == 1 ? -1 : 0;
        Subject.Of(provider).SymmetricEigen(new MatrixSpan<double>(a, N, N), values);
        for (int j = 1; j <= N; j++)
        {
            double sin = Math.Sin(j * Math.PI / (2 * (N + 1)));
            Assert.Equal(4 * sin * sin, values[j - 1], 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_Cholesky_factor_times_its_transpose_is_the_matrix(string provider)
    {
        foreach (int n in new[] { 0, 1, 2, 7, 64, 65, 200 })
        {
            Cholesky(Subject.Of(provider), PositiveDefinite<float>(n), n);
            Cholesky(Subject.Of(provider), PositiveDefinite<double>(n), n);
        }
    }

    // hᵢⱼ = 1/(i+j+1) of 4 rows: lⱼⱼ = 1, 1/√12, 1/√180, 1/√2800; of 12 it is positive definite, with a condition of 10¹⁶.
    [Theory]
    [MemberData(nameof(Providers))]
    public void The_Hilbert_matrix_has_the_factor_that_is_known(string provider)
    {
        double[] h = Hilbert(4);
        Subject.Of(provider).Cholesky(new MatrixSpan<double>(h, 4, 4));
        Assert.Equal(1, h[0], 1e-15);
        Assert.Equal(1 / Math.Sqrt(12), h[5], 1e-14);
        Assert.Equal(1 / Math.Sqrt(180), h[10], 1e-13);
        Assert.Equal(1 / Math.Sqrt(2800), h[15], 1e-12);
        Assert.Equal([0.0, 0, 0, 0, 0, 0], new[] { h[1], h[2], h[3], h[6], h[7], h[11] });
        Cholesky(Subject.Of(provider), Hilbert(12), 12);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_matrix_that_is_not_positive_definite_is_an_error_and_stays_as_it_was(string provider)
    {
        double[] a = PositiveDefinite<double>(90);
        a[(70 * 90) + 70] = -1;
        double[] before = [.. a];
        var error = Assert.Throws<ArithmeticException>(() => Subject.Of(provider).Cholesky(new MatrixSpan<double>(a, 90, 90)));
        Assert.Contains("the pivot of row 70 (from 0) is not greater than 0", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, a);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void What_is_not_finite_is_an_error_and_what_is_not_read_may_be_anything(string provider)
    {
        LinearAlgebra algebra = Subject.Of(provider);
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            double[] a = [2, bad, 1, 2], values = new double[2];
            algebra.Cholesky(new MatrixSpan<double>(a, 2, 2));
            Assert.Equal(0, a[1]);
            a = [2, bad, 1, 2];
            algebra.SymmetricEigen(new MatrixSpan<double>(a, 2, 2), values);
            Assert.Equal([1, 3], values.Select(value => Math.Round(value, 12)));
            a = [2, 0, bad, 2];
            double[] before = [.. a];
            Assert.Contains("row 1, column 0", Assert.Throws<ArgumentException>(
                () => algebra.Cholesky(new MatrixSpan<double>(a, 2, 2))).Message, StringComparison.Ordinal);
            Assert.Contains("row 1, column 0", Assert.Throws<ArgumentException>(
                () => algebra.SymmetricEigen(new MatrixSpan<double>(a, 2, 2), values)).Message, StringComparison.Ordinal);
            Assert.Equal(before, a);
        }
    }

    private static void Eigen<T>(LinearAlgebra algebra, T[] matrix, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] a = [.. matrix.Select(double.CreateTruncating)];
        T[] values = new T[n];
        algebra.SymmetricEigen(new MatrixSpan<T>(matrix, n, n), values);
        Assert.Equal(values.Order(), values);
        double[] v = [.. matrix.Select(double.CreateTruncating)];
        double largest = a.Length == 0 ? 0 : a.Max(Math.Abs);
        double bound = 20 * n * Subject.Rounding<T>();
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                (double residual, double product) = (0, 0);
                for (int p = 0; p < n; p++)
                {
                    residual += a[(Math.Max(j, p) * n) + Math.Min(j, p)] * v[(i * n) + p];
                    product += v[(i * n) + p] * v[(j * n) + p];
                }

                residual -= double.CreateTruncating(values[i]) * v[(i * n) + j];
                Assert.True(Math.Abs(residual) <= bound * Math.Max(n, 4) * largest,
                    $"{algebra.Provider.Name} {typeof(T)} n {n}: Av - λv is {residual:G3} in [{i}, {j}].");
                Assert.True(Math.Abs(product - (i == j ? 1 : 0)) <= bound,
                    $"{algebra.Provider.Name} {typeof(T)} n {n}: VVᵀ is {product:G17} in [{i}, {j}].");
            }
        }
    }

    private static void Cholesky<T>(LinearAlgebra algebra, T[] matrix, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] a = [.. matrix.Select(double.CreateTruncating)];
        algebra.Cholesky(new MatrixSpan<T>(matrix, n, n));
        double[] l = [.. matrix.Select(double.CreateTruncating)];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                (double sum, double size) = (0, 0);
                for (int p = 0; p <= j; p++)
                    (sum, size) = (sum + (l[(i * n) + p] * l[(j * n) + p]), size + Math.Abs(l[(i * n) + p] * l[(j * n) + p]));
                Assert.True(Math.Abs(sum - a[(i * n) + j]) <= 4 * (n + 2) * Subject.Rounding<T>() * size,
                    $"{algebra.Provider.Name} {typeof(T)} n {n}: LLᵀ is {sum:G17} in [{i}, {j}], expected {a[(i * n) + j]:G17}.");
                Assert.True(i == j || l[(j * n) + i] == 0);
            }
        }
    }

    private static T[] Symmetric<T>(int n, double scale)
        where T : unmanaged,
        IBinaryFloatingPointIeee754<T> => [.. Subject.Numbers<T>(n * n, n).Select(number => number * T.CreateTruncating(scale))];

    private static T[] PositiveDefinite<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Its diagonal outweighs each row.
        T[] a = Subject.Numbers<T>(n * n, n);
        for (int i = 0; i < n; i++)
            a[(i * n) + i] = T.CreateTruncating(4 * n) + a[(i * n) + i];
        return a;
    }

    private static double[] Hilbert(int n) => [.. Enumerable.Range(0, n * n).Select(i => 1.0 / ((i / n) + (i % n) + 1))];
}
