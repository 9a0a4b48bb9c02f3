using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Formats;

/// <summary>The scale of a block of <see cref="Float8"/>: 0 where all numbers are 0, otherwise a power of two.</summary>
/// <remarks>
/// A pass needs the scale before it has seen the numbers, so the largest code of the last step decides, with headroom: a signed block may
/// grow 8 times in a step, an unsigned one 64 times, before its largest numbers saturate; then the scale grows by as much at each step
/// until they fit. Blocks without such a code, as all are before the first step, are measured first.
/// </remarks>
internal static unsafe class Scales
{
    // The exponents that the largest number of a block is placed at: 3 and 6 below the ends 15 and 31.
    private const int SignedTarget = 12;
    private const int UnsignedTarget = 25;

    // Small enough that the largest code is finite, large enough that the smallest is normal; as exponents stand in a float.
    private const int LeastExponent = 127 - 120;
    private const int MostSigned = 127 + 111;
    private const int MostUnsigned = 127 + 95;

    /// <summary>The scale to write a block with, from what it holds; 0 if that tells nothing.</summary>
    public static float Next(byte* codes, nint count, float scale, bool isUnsigned)
    {
        if (count == Float8.BlockLength)
        {
            return NextOfBlock(codes, scale, isUnsigned);
        }

        int largest = 0;
        for (nint i = 0; i < count; i++)
        {
            largest = Math.Max(largest, codes[i] & Most(isUnsigned));
        }

        return Next(largest, scale, isUnsigned);
    }

    /// <summary>The same of a whole block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float NextOfBlock(byte* codes, float scale, bool isUnsigned)
    {
        // Unrolled, in a tree: the maxima do not wait for each other.
        Vector256<byte> most;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> wide = Vector512.Max(
                Vector512.Max(Magnitudes512(codes, isUnsigned), Magnitudes512(codes + 64, isUnsigned)),
                Vector512.Max(Magnitudes512(codes + 128, isUnsigned), Magnitudes512(codes + 192, isUnsigned)));
            most = Vector256.Max(wide.GetLower(), wide.GetUpper());
        }
        else
        {
            most = Vector256.Max(LargestOfHalf(codes, isUnsigned), LargestOfHalf(codes + (Float8.BlockLength / 2), isUnsigned));
        }

        int largest = Largest(Vector128.Max(most.GetLower(), most.GetUpper()));
        return Next(isUnsigned ? largest : largest >> 1, scale, isUnsigned);
    }

    /// <summary>The scale for a block of these numbers; 0 if they are all 0. What is not finite does not count.</summary>
    public static float Of(float* numbers, nint count, bool isUnsigned)
    {
        float largest = 0;
        bool hasOthers = false;
        for (nint i = 0; i < count; i++)
        {
            float magnitude = Math.Abs(numbers[i]);
            hasOthers |= !float.IsFinite(magnitude);
            largest = float.IsFinite(magnitude) ? Math.Max(largest, magnitude) : largest;
        }

        return largest > 0
            ? Power((int)(BitConverter.SingleToUInt32Bits(largest) >> 23) - Target(isUnsigned), isUnsigned)
            : hasOthers ? 1 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> LargestOfHalf(byte* codes, bool isUnsigned) => Vector256.Max(
        Vector256.Max(Magnitudes256(codes, isUnsigned), Magnitudes256(codes + 32, isUnsigned)),
        Vector256.Max(Magnitudes256(codes + 64, isUnsigned), Magnitudes256(codes + 96, isUnsigned)));

    // Signed codes twice: their sign falls off.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Magnitudes256(byte* codes, bool isUnsigned) =>
        isUnsigned ? Vector256.Load(codes) : Vector256.Load(codes) + Vector256.Load(codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Magnitudes512(byte* codes, bool isUnsigned) =>
        isUnsigned ? Vector512.Load(codes) : Vector512.Load(codes) + Vector512.Load(codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Largest(Vector128<byte> bytes)
    {
        if (Sse41.IsSupported)
        {
            // One instruction finds the smallest of 8 halves: of the complement, the smaller byte of each two.
            Vector128<byte> complement = ~bytes;
            return byte.MaxValue
                - Sse41.MinHorizontal(Vector128.Min(complement, (complement.AsUInt16() >>> 8).AsByte()).AsUInt16()).ToScalar();
        }

        bytes = Vector128.Max(bytes, Vector128.Shuffle(bytes.AsUInt64(), Vector128.Create(1ul, 1ul)).AsByte());
        bytes = Vector128.Max(bytes, (bytes.AsUInt64() >>> 32).AsByte());
        bytes = Vector128.Max(bytes, (bytes.AsUInt64() >>> 16).AsByte());
        return Vector128.Max(bytes, (bytes.AsUInt64() >>> 8).AsByte()).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Next(int largest, float scale, bool isUnsigned)
    {
        int exponent = (int)(BitConverter.SingleToUInt32Bits(scale) >> 23);
        return largest == 0 || exponent == 0 ? 0 : Power(exponent + (largest >> 3) - Target(isUnsigned), isUnsigned);
    }

    private static int Most(bool isUnsigned) => isUnsigned ? Float8.UnsignedMost : Float8.SignedMost;

    private static int Target(bool isUnsigned) => isUnsigned ? UnsignedTarget : SignedTarget;

    /// <summary>A power of two by its exponent as it stands in a float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Power(int exponent, bool isUnsigned) =>
        BitConverter.UInt32BitsToSingle((uint)Math.Clamp(exponent, LeastExponent, isUnsigned ? MostUnsigned : MostSigned) << 23);
}
