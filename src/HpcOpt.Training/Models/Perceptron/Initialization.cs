using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>How the weights of a layer with n inputs and k outputs are drawn; its intercepts start at 0.</summary>
public enum Initialization
{
    /// <summary>Normal with variance 2/n, which keeps the size of signals through ReLU: He, Zhang, Ren and Sun (2015).</summary>
    He,

    /// <summary>Uniform on ±√(6/(n + k)), variance 2/(n + k): Glorot and Bengio (2010).</summary>
    Glorot,
}

/// <summary>Draws weights: each is a function of (seed, layer, index) by <see cref="Philox"/>, with the same bits everywhere.</summary>
internal static class WeightInitialization
{
    /// <summary>Apart from the streams of epochs, splits and dropout.</summary>
    private const ulong FirstStream = 1UL << 62;

    public static void Fill<T>(Span<T> weights, Initialization initialization, int inputs, int outputs, ulong seed, int layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Philox random = new(seed, FirstStream + (ulong)layer);
        if (initialization == Initialization.Glorot)
        {
            double bound = Math.Sqrt(6.0 / ((double)inputs + outputs));
            foreach (ref T w in weights)
            {
                w = T.CreateTruncating(bound * ((2 * Uniform(ref random)) - 1));
            }

            return;
        }

        double deviation = Math.Sqrt(2.0 / inputs);
        for (int i = 0; i < weights.Length; i += 2)
        {
            // Box and Muller (1958): two normals √(-2 ln u)·(cos 2πv, sin 2πv); the sine is the cosine a quarter turn earlier.
            double radius = deviation * Math.Sqrt(-2 * PortableMath.Log(Uniform(ref random))), turn = Uniform(ref random);
            weights[i] = T.CreateTruncating(radius * CosineOfTurn(turn));
            if (i + 1 < weights.Length)
            {
                weights[i + 1] = T.CreateTruncating(radius * CosineOfTurn(turn < 0.25 ? turn + 0.75 : turn - 0.25));
            }
        }
    }

    /// <summary>In (0, 1): the middles of 2^32 equal parts.</summary>
    private static double Uniform(ref Philox random) => Math.ScaleB(random.NextUInt32() + 0.5, -32);

    /// <summary>cos 2πv for 0 ≤ v ≤ 1, by the symmetry about ½.</summary>
    private static double CosineOfTurn(double v) => PortableMath.CosPi(2 * Math.Min(v, 1 - v));
}
