using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace HpcOpt.Training.Tests;

/// <summary>Against values of 40 digits by mpmath (<c>Data/elementary.py</c>), at arguments that float and double hold exactly.</summary>
public sealed class VectorMathTests
{
    private static readonly double[][] Rows =
        JsonSerializer.Deserialize<JsonElement>(TestData.Open("elementary.json")).GetProperty("rows").Deserialize<double[][]>()!;

    [Fact]
    public void Exp_and_its_difference_to_one_are_within_a_few_units()
    {
        Relative<float>(VectorMath.Exp, row => row[1], units: 2, least: -87, most: 88);
        Relative<double>(VectorMath.Exp, row => row[1], units: 2, least: -87, most: 88);
        Relative<float>(VectorMath.ExpMinusOne, row => row[5], units: 4, least: 0, most: 40);
        Relative<double>(VectorMath.ExpMinusOne, row => row[5], units: 4, least: 0, most: 40);
    }

    [Fact]
    public void Tanh_is_within_four_units()
    {
        Relative<float>(x => Tanh<float>.Of(x, out _), row => row[2], units: 4);
        Relative<double>(x => Tanh<double>.Of(x, out _), row => row[2], units: 4);
    }

    [Fact]
    public void Gelu_and_its_derivative_are_within_four_roundings_of_their_size()
    {
        Absolute<float>();
        Absolute<double>();

        static void Absolute<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            foreach (double[] row in Rows)
            {
                double value = At<T>(x => Gelu<T>.Of(x, out _), row[0]), derivative = At<T>(Derivative<T>, row[0]),
                    bound = 4 * Unit<T>() * Math.Max(1, Math.Abs(row[0]));
                Assert.True(Math.Abs(value - row[3]) <= bound, $"gelu({row[0]}) is {value}; expected {row[3]}");
                Assert.True(Math.Abs(derivative - row[4]) <= bound, $"gelu'({row[0]}) is {derivative}; expected {row[4]}");
            }
        }

        static Vector256<T> Derivative<T>(Vector256<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Gelu<T>.Of(x, out Vector256<T> derivative);
            return derivative;
        }
    }

    [Fact]
    public void Edges_are_right()
    {
        Assert.Equal(0, At<float>(VectorMath.Exp, -88));
        Assert.Equal(0, At<double>(VectorMath.Exp, double.NegativeInfinity));
        Assert.Equal(double.NaN, At<float>(VectorMath.Exp, double.NaN));
        foreach (double sign in (double[])[1, -1])
        {
            Assert.Equal(sign, At<float>(x => Tanh<float>.Of(x, out _), sign * double.PositiveInfinity));
            Assert.Equal(sign, At<double>(x => Tanh<double>.Of(x, out _), sign * 1e300));
        }

        Assert.Equal(double.NaN, At<double>(x => Tanh<double>.Of(x, out _), double.NaN));
        Assert.Equal(double.NaN, At<double>(x => Gelu<double>.Of(x, out _), double.NaN));
        Assert.Equal(double.NaN, At<double>(x => Relu<double>.Of(x, out _), double.NaN));
        Assert.Equal(0, At<float>(x => Relu<float>.Of(x, out _), -3));
        Assert.Equal(3, At<float>(x => Relu<float>.Of(x, out _), 3));
    }

    private static void Relative<T>(
        Func<Vector256<T>, Vector256<T>> function, Func<double[], double> expected, double units, double least = -1000, double most = 1000)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (double[] row in Rows.Where(row => row[0] >= least && row[0] <= most))
        {
            double value = At(function, row[0]);
            Assert.True(Math.Abs(value - expected(row)) <= units * Unit<T>() * Math.Abs(expected(row)),
                $"{typeof(T).Name} {row[0]} gives {value}; expected {expected(row)}");
        }
    }

    private static double At<T>(Func<Vector256<T>, Vector256<T>> function, double x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            double.CreateTruncating(function(Vector256.Create(T.CreateTruncating(x)))[0]);

    /// <summary>2^-23 or 2^-52.</summary>
    private static double Unit<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateTruncating(T.BitIncrement(T.One) - T.One);
}
