namespace HpcOpt;

/// <summary>The format of a vector of numbers in memory.</summary>
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

    /// <summary>fp8: sign, 4 bits of exponent, 3 of mantissa, in blocks of 256 with a scale: 1 byte, and 1/64 for the scale.</summary>
    SignedFloat8,

    /// <summary>fp8: no sign, 5 bits of exponent, 3 of mantissa, in blocks of 256 with a scale: 1 byte, and 1/64 for the scale.</summary>
    UnsignedFloat8,
}
