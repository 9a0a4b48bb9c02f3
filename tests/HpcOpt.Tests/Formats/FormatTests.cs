using HpcOpt.Engine;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Tests.Formats;

/// <summary>Every code of every format, and rounding against references that know nothing of bits. Each on every width.</summary>
public unsafe class FormatTests
{
    private static readonly float[] AllScales = [.. Enumerable.Range(-120, 216).Select(e => (float)Math.Pow(2, e))];

    // From the smallest subnormal to the largest, with everything that is no ordinary number.
    private static readonly float[] Numbers =
    [
        0, -0f, float.Epsilon, -float.Epsilon, 1e-40f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity,
        1, 1 + (1 / 256f), 1 + (3 / 256f), 1 + (1 / 256f) + 1e-7f, 3.3961776e38f,
        .. Enumerable.Range(0, 20_000).Select(i => BitConverter.UInt32BitsToSingle(unchecked((uint)i * 2654435761u))).Where(float.IsFinite),
    ];

    [Fact]
    public void Every_bf16_is_read_exactly_and_written_back()
    {
        ushort[] codes = [.. Enumerable.Range(0, 1 << 16).Select(code => (ushort)code)];
        OnEveryWidth(codes, NumberFormat.BFloat16, (code, value) =>
            Assert.Equal(BitConverter.UInt32BitsToSingle((uint)code << 16), value));
        foreach (bool isStochastic in (bool[])[false, true])
        {
            float[] values = [.. codes.Select(code => BitConverter.UInt32BitsToSingle((uint)code << 16))];
            WrittenOnEveryWidth(values, NumberFormat.BFloat16, isStochastic, (value, code) =>
                Assert.True(
                    float.IsNaN(value)
                        ? float.IsNaN(BitConverter.UInt32BitsToSingle((uint)code << 16))
                        : code == BitConverter.SingleToUInt32Bits(value) >> 16, $"{value}: {code:x}"));
        }
    }

    [Fact]
    public void Bf16_is_rounded_to_the_nearest_ties_to_even()
    {
        WrittenOnEveryWidth(Numbers, NumberFormat.BFloat16, isStochastic: false, (value, code) =>
        {
            Assert.Equal((ushort)code, ((BFloat16)value).Bits);
            Assert.Equal(Nearest(value), (float)new BFloat16((ushort)code));
        });

        // Of the two bf16 around a number, by their distance in double; the next above the largest counts as 2¹²⁸, as IEEE has it.
        static float Nearest(float value)
        {
            if (!float.IsFinite(value))
                return value;
            ushort below = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
            double low = Math.Abs((double)(float)new BFloat16(below)), exact = Math.Abs((double)value);
            float above = new BFloat16((ushort)(below + 1));
            double high = float.IsFinite(above) ? Math.Abs((double)above) : Math.Pow(2, 128);
            return exact - low < high - exact || (exact - low == high - exact && below % 2 == 0) ? new BFloat16(below) : above;
        }
    }

    [Fact]
    public void What_is_no_number_stays_none_whatever_its_payload()
    {
        float[] payloads = [
            .. ((uint[])[0x7F800001, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FC00000, 0xFF800001, 0x7F80FFFF]).Select(BitConverter.UInt32BitsToSingle)];
        foreach (bool isStochastic in (bool[])[false, true])
            WrittenOnEveryWidth(
                payloads, NumberFormat.BFloat16, isStochastic, (_, code) => Assert.True(float.IsNaN(new BFloat16((ushort)code))));
        Assert.All(payloads, payload => Assert.True(float.IsNaN((BFloat16)payload)));
    }

    [Fact]
    public void Every_f16_is_read_exactly() =>
        OnEveryWidth([.. Enumerable.Range(0, 1 << 16).Select(code => (ushort)code)], NumberFormat.Half, (code, value) =>
            Assert.Equal((float)BitConverter.UInt16BitsToHalf(code), value));

    [Fact]
    public void Halves_of_a_float_keep_every_bit()
    {
        float[] values = [.. Numbers,
            .. Enumerable.Range(0, 4000).Select(i => BitConverter.UInt32BitsToSingle(unchecked((uint)i * 0x9E3779B9u)))];
        ushort[] upper = new ushort[values.Length], lower = new ushort[values.Length];
        float[] back = new float[values.Length];
        fixed (float* from = values, to = back)
        fixed (ushort* high = upper, low = lower)
        {
            Encoding<LanesPortable<float>>.Encode(NumberFormat.Split, true, from, (byte*)high, (byte*)low, 0, 1, 0, values.Length);
            Conversion<float, LanesPortable<float>>.Decode(new(high, NumberFormat.Split, low), 0, 0, to, values.Length);
        }

        Assert.Equal(values.Select(BitConverter.SingleToUInt32Bits), back.Select(BitConverter.SingleToUInt32Bits));
        Assert.All(upper.Zip(values), pair => Assert.Equal(BitConverter.SingleToUInt32Bits(pair.Second) >> 16, pair.First));
    }

    [Fact]
    public void Every_code_of_fp8_at_every_scale_is_the_documented_number_and_is_written_back()
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        foreach (float scale in AllScales)
        {
            foreach (NumberFormat format in (NumberFormat[])[NumberFormat.SignedFloat8, NumberFormat.UnsignedFloat8])
            {
                float[] values = [.. codes.Select(code => Value(format, code, scale))];
                OnEveryWidth(codes, format, (code, value) => Assert.Equal(values[code], value), scale);
                foreach (bool isStochastic in (bool[])[false, true])
                {
                    foreach ((byte[] written, _) in Written<byte>(values, format, isStochastic, scale))
                        Assert.Equal(codes, written);
                }
            }
        }
    }

    [Fact]
    public void Fp8_is_rounded_to_the_nearest_code_and_what_is_beyond_sticks_at_the_end()
    {
        foreach (float scale in (float[])[AllScales[0], 1e-20f, 1, AllScales[^1]])
        {
            float s = (float)Math.Pow(2, Math.Floor(Math.Log2(scale)));
            foreach (NumberFormat format in (NumberFormat[])[NumberFormat.SignedFloat8, NumberFormat.UnsignedFloat8])
            {
                float[] values = [.. Numbers.Select(x => format == NumberFormat.UnsignedFloat8 ? Math.Abs(x) : x),
                    .. Enumerable.Range(0, 999).Select(i => i * s * 0.01f)];
                double[] all = [.. Enumerable.Range(0, 256).Select(code => (double)Value(format, (byte)code, s))];
                WrittenOnEveryWidth(values, format, isStochastic: false, (value, code) =>
                {
                    double exact = float.IsFinite(value) ? value : Math.CopySign(double.MaxValue, value);
                    double distance = Math.Abs(exact - all[code]), nearest = all.Min(other => Math.Abs(exact - other));

                    // The addition of s rounds to 24 bits, so a number so near to the middle may go either way.
                    bool isLeast = format == NumberFormat.UnsignedFloat8 && value > 0 && code == 1;
                    Assert.True(isLeast || distance <= nearest + (1e-6 * (Math.Abs(exact) + s)),
                        $"{format}: {value:R} at scale {s:R} is {all[code]:R}");
                }, scale: s);
            }
        }

        WrittenOnEveryWidth([float.NaN, float.PositiveInfinity, float.Epsilon, 0, -0f], NumberFormat.UnsignedFloat8, false, (value, code) =>
            Assert.Equal(float.IsFinite(value) ? value == 0 ? 0u : 1u : 0xFF, code), scale: 1);
        WrittenOnEveryWidth([float.NegativeInfinity, -float.NaN, float.PositiveInfinity], NumberFormat.SignedFloat8, true,
            (_, code) => Assert.Equal(0x7Fu, code & 0x7F), scale: 1);
    }

    [Fact]
    public void The_scale_follows_the_largest_number_of_a_block()
    {
        foreach (bool isUnsigned in (bool[])[false, true])
        {
            float[] numbers = [0, 3e-5f, float.NaN, 0.7f, float.PositiveInfinity];
            float scale;
            fixed (float* n = numbers)
                scale = HpcOpt.Formats.Scales.Of(n, numbers.Length, isUnsigned);
            Assert.Equal(isUnsigned ? (float)Math.Pow(2, -26) : (float)Math.Pow(2, -13), scale);

            // No further than where the smallest code is normal and the largest finite.
            Assert.Equal((float)Math.Pow(2, -120), Of(float.Epsilon));
            Assert.Equal((float)Math.Pow(2, isUnsigned ? 95 : 111), Of(float.MaxValue));
            float Of(float number) => HpcOpt.Formats.Scales.Of(&number, 1, isUnsigned);

            // Written with it, the block asks for the same again; at the end of the range for more, and all zeros tell nothing.
            NumberFormat format = isUnsigned ? NumberFormat.UnsignedFloat8 : NumberFormat.SignedFloat8;
            byte[] codes = Written<byte>([0, 3e-5f, 0, 0.7f, 0.1f], format, false, scale).First().Codes;
            Assert.Equal(scale, Next(codes));
            Assert.Equal(scale * (isUnsigned ? 64 : 8), Next([.. codes, 0xFF]));
            Assert.Equal(0, Next(new byte[300]));

            // Of a whole block wherever it stands.
            for (int place = 0; place < Float8.BlockLength; place++)
            {
                byte[] block = [.. Enumerable.Repeat((byte)0x10, Float8.BlockLength)];
                block[place] = 0x60;
                Assert.Equal(Next([.. block, 0]), Next(block));
            }

            float Next(byte[] block)
            {
                fixed (byte* b = block)
                    return HpcOpt.Formats.Scales.Next(b, block.Length, scale, isUnsigned);
            }
        }
    }

    // 2ᵉ(1 + m/8) - 1 in double, times the scale, rounded once.
    private static float Value(NumberFormat format, byte code, float scale)
    {
        int magnitude = format == NumberFormat.SignedFloat8 ? code & 0x7F : code;
        float value = (float)(scale * ((Math.Pow(2, magnitude >> 3) * (1 + ((magnitude & 7) / 8.0))) - 1));
        return format == NumberFormat.SignedFloat8 && code > 0x7F ? -value : value;
    }

    private static void OnEveryWidth<TCode>(TCode[] codes, NumberFormat format, Action<TCode, float> check, float scale = 0)
        where TCode : unmanaged
    {
        float[] values = new float[codes.Length];
        foreach (var decode in (delegate*<Numbers, nint, float, float*, nint, void>[])
            [&Conversion<float, Lanes512<float>>.Decode, &Conversion<float, Lanes256<float>>.Decode,
                &Conversion<float, Lanes128<float>>.Decode, &Conversion<float, LanesPortable<float>>.Decode,
                &Conversion<float, LanesScalar<float>>.Decode])
        {
            fixed (TCode* from = codes)
            fixed (float* to = values)
                decode(new(from, format), 0, scale, to, codes.Length);
            for (int i = 0; i < codes.Length; i++)
                check(codes[i], values[i]);
        }
    }

    private static void WrittenOnEveryWidth(
        float[] values, NumberFormat format, bool isStochastic, Action<float, uint> check, float scale = 0)
    {
        // Often enough that pairs of the widest vectors and a rest are among them.
        values = [.. Enumerable.Repeat(values, 1 + (70 / values.Length)).SelectMany(some => some)];
        IEnumerable<uint[]> all = format.Bytes() == 1
            ? Written<byte>(values, format, isStochastic, scale).Select(one => one.Codes.Select(code => (uint)code).ToArray())
            : Written<ushort>(values, format, isStochastic, scale).Select(one => one.Codes.Select(code => (uint)code).ToArray());
        foreach (uint[] codes in all)
        {
            for (int i = 0; i < values.Length; i++)
                check(values[i], codes[i]);
        }
    }

    private static IEnumerable<(TCode[] Codes, int Width)> Written<TCode>(
        float[] values, NumberFormat format, bool isStochastic, float scale)
        where TCode : unmanaged =>
        Enumerable.Range(0, 5).Select(width => (Write<TCode>(values, format, isStochastic, scale, width), width));

    private static TCode[] Write<TCode>(float[] values, NumberFormat format, bool isStochastic, float scale, int width)
        where TCode : unmanaged
    {
        TCode[] codes = new TCode[values.Length];
        fixed (float* from = values)
        fixed (TCode* to = codes)
        {
            switch (width)
            {
                case 0: Encoding<Lanes512<float>>.Encode(format, isStochastic, from, (byte*)to, null, scale, 5, 0, values.Length); break;
                case 1: Encoding<Lanes256<float>>.Encode(format, isStochastic, from, (byte*)to, null, scale, 5, 0, values.Length); break;
                case 2: Encoding<Lanes128<float>>.Encode(format, isStochastic, from, (byte*)to, null, scale, 5, 0, values.Length); break;
                case 3:
                    Encoding<LanesPortable<float>>.Encode(format, isStochastic, from, (byte*)to, null, scale, 5, 0, values.Length);
                    break;
                default:
                    Encoding<LanesScalar<float>>.Encode(format, isStochastic, from, (byte*)to, null, scale, 5, 0, values.Length);
                    break;
            }
        }

        return codes;
    }
}
