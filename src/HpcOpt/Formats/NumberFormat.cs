namespace HpcOpt;

/// <summary>How a vector of numbers stands in memory.</summary>
public enum NumberFormat
{
    /// <summary>f32, IEEE 754's binary32: 4 bytes.</summary>
    Single,

    /// <summary>f64, IEEE 754's binary64: 8 bytes.</summary>
    Double,

    /// <summary>f16, IEEE 754's binary16: 2 bytes.</summary>
    Half,

    /// <summary>bf16, the upper half of an f32: 2 bytes. See <see cref="HpcOpt.BFloat16"/>.</summary>
    BFloat16,

    /// <summary>f32 in two halves, each in a vector of its own: the upper one is a bf16, cut and not rounded. 2 and 2 bytes.</summary>
    Split,

    /// <summary>fp8 with a sign, 4 bits of exponent and 3 of mantissa, in blocks of 256 with a scale: 1 byte, and 1/64 for the scale.</summary>
    SignedFloat8,

    /// <summary>fp8 without a sign, 5 bits of exponent and 3 of mantissa, in blocks of 256 with a scale: 1 byte, and 1/64 for the scale.</summary>
    UnsignedFloat8,
}

/// <summary>What the engine asks of a <see cref="NumberFormat"/>.</summary>
internal static class NumberFormats
{
    /// <summary>Bytes of a number, without its share of a scale or its hidden half.</summary>
    public static int Bytes(this NumberFormat format) => format switch
    {
        NumberFormat.Double => sizeof(double),
        NumberFormat.Single => sizeof(float),
        NumberFormat.SignedFloat8 or NumberFormat.UnsignedFloat8 => 1,
        _ => sizeof(ushort),
    };

    /// <summary>Bytes that move with a number: with its hidden half, and its share of a scale.</summary>
    public static double BytesMoved(this NumberFormat format) => format switch
    {
        NumberFormat.Split => 2 * sizeof(ushort),
        NumberFormat.SignedFloat8 or NumberFormat.UnsignedFloat8 => 1 + (sizeof(float) / (double)Formats.Float8.BlockLength),
        _ => format.Bytes(),
    };

    /// <summary>Whether a scale belongs to each block.</summary>
    public static bool HasScales(this NumberFormat format) => format is NumberFormat.SignedFloat8 or NumberFormat.UnsignedFloat8;

    /// <summary>The short name, as on the command line: f32, f64, f16, bf16, bf16+16, fp8.</summary>
    public static string ShortName(this NumberFormat format) => format switch
    {
        NumberFormat.Single => "f32",
        NumberFormat.Double => "f64",
        NumberFormat.Half => "f16",
        NumberFormat.BFloat16 => "bf16",
        NumberFormat.Split => "bf16+16",
        _ => "fp8",
    };
}
