using System.Numerics;

namespace HpcOpt.Blas.Tests;

/// <summary>Operations on vectors, by spans and by addresses, against sums in decimal or double.</summary>
public unsafe class VectorTests
{
    public static TheoryData<string> Providers => Subject.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public void They_compute_what_their_names_say(string provider)
    {
        foreach (nint limit in new nint[] { int.MaxValue, 7, 1000 })
        {
            Check<float>(Subject.Of(provider, limit: limit));
            Check<double>(Subject.Of(provider, limit: limit));
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_norm_neither_overflows_nor_vanishes(string provider)
    {
        LinearAlgebra algebra = Subject.Of(provider);
        Assert.Equal(5e200, algebra.Nrm2<double>([3e200, 4e200]), 1e187);
        Assert.Equal(5e-200, algebra.Nrm2<double>([3e-200, 4e-200]), 1e-213);
        Assert.Equal(5e30f, algebra.Nrm2<float>([3e30f, 4e30f]), 1e24f);
        Assert.Equal(0, algebra.Nrm2<double>([0, 0]));
        Assert.Equal(0, algebra.Nrm2<double>([]));
        Assert.True(double.IsNaN(algebra.Nrm2<double>([1, double.NaN])));

        // Of many blocks, the first of which is zero.
        double[] x = new double[100_000];
        (x[50_000], x[99_999]) = (3e200, 4e200);
        Assert.Equal(5e200, algebra.Nrm2<double>(x), 1e187);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_vector_with_itself_is_scaled(string provider)
    {
        double[] x = [1, 2, 3];
        Subject.Of(provider).Axpy(0.5, x, x);
        Assert.Equal([1.5, 3, 4.5], x);
        Subject.Of(provider).Axpby(1, x, -2, x);
        Assert.Equal([-1.5, -3, -4.5], x);
    }

    private static void Check<T>(LinearAlgebra algebra)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (int n in new[] { 0, 1, 15, 16, 33, 1001, 40_000 })
        {
            T[] x = Subject.Numbers<T>(n, 1), y = Subject.Numbers<T>(n, 2);
            (double dot, double squares, double size) = (0, 0, 0);
            for (int i = 0; i < n; i++)
            {
                double product = double.CreateTruncating(x[i]) * double.CreateTruncating(y[i]);
                (dot, size, squares) = (dot + product, size + Math.Abs(product), squares + Math.Pow(double.CreateTruncating(x[i]), 2));
            }

            double relative = 2 * (n + 2) * Subject.Rounding<T>();
            Assert.Equal(dot, double.CreateTruncating(algebra.Dot<T>(x, y)), (relative * size) + double.Epsilon);
            Assert.Equal(Math.Sqrt(squares), double.CreateTruncating(algebra.Nrm2<T>(x)), (relative * Math.Sqrt(squares)) + double.Epsilon);
            foreach ((double alpha, double beta) in new[] { (0.5, 1.0), (-1.5, 0.25), (2.0, 0.0), (0.0, 3.0) })
            {
                T[] z = [.. y], scaled = [.. x];
                algebra.Axpby(T.CreateTruncating(alpha), x, T.CreateTruncating(beta), z);
                algebra.Scal(T.CreateTruncating(alpha), scaled.AsSpan());
                fixed (T* px = x, py = y)
                {
                    T[] byAddress = [.. y];
                    fixed (T* pz = byAddress)
                        algebra.Axpby(T.CreateTruncating(alpha), px, T.CreateTruncating(beta), pz, n);
                    Assert.Equal(z, byAddress);
                    Assert.Equal(algebra.Dot<T>(x, y), algebra.Dot(px, py, n));
                }

                for (int i = 0; i < n; i++)
                {
                    (double first, double second) = (alpha * double.CreateTruncating(x[i]), beta * double.CreateTruncating(y[i]));
                    Assert.Equal(first, double.CreateTruncating(scaled[i]), (2 * Subject.Rounding<T>() * Math.Abs(first)) + double.Epsilon);
                    Assert.Equal(first + second, double.CreateTruncating(z[i]),
                        (4 * Subject.Rounding<T>() * (Math.Abs(first) + Math.Abs(second))) + double.Epsilon);
                }
            }
        }
    }
}
