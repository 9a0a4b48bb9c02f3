using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Tests.Engine;

/// <summary>Norms of whole vectors: right, and the same bits however they are divided.</summary>
public sealed class VectorNormsTests
{
    public static TheoryData<int> Lengths => [0, 1, 15, 16, 17, 255, 4095, 4096, 4097, 100_003];

    [Theory, MemberData(nameof(Lengths))]
    public void Any_number_of_threads_gives_the_same_bits(int length)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] x = TestData.Numbers<T>(length, 1), y = TestData.Numbers<T>(length, 2);
            double norm = VectorNorms.Norm<T>(x, TestData.Plain), distance = VectorNorms.Distance<T>(x, y, TestData.Plain);
            Assert.Equal(Math.Sqrt(x.Sum(value => Square(value, T.Zero))), norm, 1e-13 * (1 + norm));
            Assert.Equal(Math.Sqrt(x.Zip(y, Square).Sum()), distance, 1e-13 * (1 + distance));
            foreach (ExecutionPath path in ExecutionPath.Supported)
            {
                Execution execution = TestData.Forced(path, 5);
                Assert.Equal((norm, distance), (VectorNorms.Norm<T>(x, execution), VectorNorms.Distance<T>(x, y, execution)));
            }
        }

        static double Square<T>(T x, T y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            double difference = double.CreateTruncating(x) - double.CreateTruncating(y);
            return difference * difference;
        }
    }

    [Fact]
    public void No_float_overflows_and_lengths_must_match()
    {
        Assert.Equal(float.MaxValue * Math.Sqrt(2), VectorNorms.Norm<float>([float.MaxValue, float.MaxValue]), 1e24);
        Assert.True(double.IsNaN(VectorNorms.Norm<float>([1, float.NaN])));
        Assert.Throws<ArgumentException>("y", () => VectorNorms.Distance<double>([1], []));
    }
}
