using System.Numerics;
using HpcOpt.Lanes;

namespace HpcOpt.Tests.Lanes;

/// <summary>What the documentation of <see cref="ILanes{TSelf}"/> says of numbers that laws over usual numbers do not meet.</summary>
public class LanesTests
{
    private static readonly double[] Odd = [0, -0.0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e-45, -1e-45];

    [Fact]
    public void Comparisons_know_zeros_infinities_and_what_is_no_number()
    {
        Check<Lanes512<float>, float>();
        Check<Lanes256<float>, float>();
        Check<Lanes128<float>, float>();
        Check<LanesPortable<float>, float>();
        Check<LanesScalar<float>, float>();
        Check<Lanes512<double>, double>();
        Check<Lanes256<double>, double>();
        Check<Lanes128<double>, double>();
        Check<LanesPortable<double>, double>();
        Check<LanesScalar<double>, double>();
    }

    private static void Check<V, T>()
        where V : unmanaged, IKernelLanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((double x, double y) in from x in Odd from y in Odd select (x, y))
        {
            (T a, T b) = (T.CreateTruncating(x), T.CreateTruncating(y));
            Same(a > b ? a : b, V.Max(V.Create(x), V.Create(y)), "max", x, y);
            Same(a < b ? a : b, V.Min(V.Create(x), V.Create(y)), "min", x, y);
            Same(a > b ? T.One : T.Zero, V.IfGreater(V.Create(x), V.Create(y), V.Create(1), V.Create(0)), "if", x, y);
            Same(T.IsNaN(a) || a == T.Zero ? a : T.CopySign(T.One, a), V.Sign(V.Create(x)), "sign", x, y);
        }

        unsafe void Same(T expected, V actual, string operation, double x, double y)
        {
            T* lanes = stackalloc T[V.Count];
            V.Store(lanes, actual);
            for (int i = 0; i < V.Count; i++)
                Assert.True(
                    BitConverter.DoubleToInt64Bits(double.CreateTruncating(expected))
                        == BitConverter.DoubleToInt64Bits(double.CreateTruncating(lanes[i])),
                    $"{typeof(V)}: {operation}({x}, {y})[{i}] is {lanes[i]}, expected {expected}.");
        }
    }
}
