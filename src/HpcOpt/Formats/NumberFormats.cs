using HpcOpt.Engine;
using HpcOpt.Formats;

namespace HpcOpt;

/// <summary>What is done with a format, once it is known.</summary>
internal interface IFormatJob
{
    void Run<TFormat>()
        where TFormat : IFormat;
}

/// <summary>Every <see cref="NumberFormat"/> in one place: its facts, and the type that reads and writes it.</summary>
public static class NumberFormats
{
    private const double Scale = sizeof(float) / (double)Float8.BlockLength;

    // In the order of the enumeration.
    private static readonly Facts[] All =
    [
        new("f32", sizeof(float), sizeof(float)),
        new("f64", sizeof(double), sizeof(double)),
        new("f16", sizeof(ushort), sizeof(ushort), HoldsGradients: true),
        new("bf16", sizeof(ushort), sizeof(ushort), HoldsParameters: true, HoldsGradients: true),
        new("bf16+16", sizeof(ushort), 2 * sizeof(ushort), HoldsParameters: true),
        new("fp8", 1, 1 + Scale, HasScales: true),
        new("fp8", 1, 1 + Scale, HasScales: true),
    ];

    /// <summary>Bytes of a number, without its share of a scale or its lower half.</summary>
    /// <param name="format">The format.</param>
    public static int Bytes(this NumberFormat format) => All[(int)format].Bytes;

    /// <summary>Bytes that move with a number: with its lower half, and its share of a scale.</summary>
    public static double BytesMoved(this NumberFormat format) => All[(int)format].BytesMoved;

    /// <summary>Whether a scale belongs to each block.</summary>
    public static bool HasScales(this NumberFormat format) => All[(int)format].HasScales;

    /// <summary>The short name, as on the command line: f32, f64, f16, bf16, bf16+16, fp8.</summary>
    public static string ShortName(this NumberFormat format) => All[(int)format].ShortName;

    /// <summary>Whether parameters of an optimizer in <see cref="float"/> may be stored so.</summary>
    internal static bool HoldsParameters(this NumberFormat format) => All[(int)format].HoldsParameters;

    /// <summary>Whether its gradients may.</summary>
    internal static bool HoldsGradients(this NumberFormat format) => All[(int)format].HoldsGradients;

    /// <summary>The formats that may, for an error.</summary>
    internal static string Names(Func<NumberFormat, bool> which) => string.Join(" or ", Enum.GetValues<NumberFormat>().Where(which));

    /// <summary>Runs a job with the type for the format of <paramref name="numbers"/>.</summary>
    internal static void Run<TJob>(Numbers numbers, ref TJob job)
        where TJob : struct, IFormatJob
    {
        switch (numbers.Format)
        {
            case NumberFormat.Half: job.Run<HalfFormat>(); break;
            case NumberFormat.BFloat16: job.Run<BFloat16Format>(); break;
            case NumberFormat.Split: job.Run<SplitFormat>(); break;
            case NumberFormat.SignedFloat8: job.Run<SignedFloat8>(); break;
            case NumberFormat.UnsignedFloat8: job.Run<UnsignedFloat8>(); break;
            case NumberFormat.Single when numbers.HasCopy: job.Run<CopiedFormat>(); break;
            default: job.Run<SingleFormat>(); break;
        }
    }

    private readonly record struct Facts(
        string ShortName, int Bytes, double BytesMoved, bool HasScales = false, bool HoldsParameters = false, bool HoldsGradients = false);
}
