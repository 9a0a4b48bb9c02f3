using System.Numerics;

namespace HpcOpt.Tests.Formats;

/// <summary>Numbers in any format that a step takes, with their bytes; halves stand one behind the other.</summary>
internal sealed unsafe class StoredNumbers
{
    private readonly byte[] _bytes;
    private readonly byte* _first;

    public StoredNumbers(NumberFormat format, ReadOnlySpan<double> numbers)
    {
        (Format, Length) = (format, numbers.Length);
        _bytes = GC.AllocateArray<byte>(Math.Max(1, Length * BytesEach), pinned: true);
        _first = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _bytes[0]);
        for (int i = 0; i < Length; i++)
        {
            switch (format)
            {
                case NumberFormat.Double: ((double*)_first)[i] = numbers[i]; break;
                case NumberFormat.Single: ((float*)_first)[i] = (float)numbers[i]; break;
                case NumberFormat.Half: ((Half*)_first)[i] = (Half)(float)numbers[i]; break;
                default: ((BFloat16*)_first)[i] = (BFloat16)(float)numbers[i]; break;
            }
        }
    }

    public NumberFormat Format { get; }

    public int Length { get; }

    public Span<byte> Bytes => _bytes.AsSpan(0, Length * BytesEach);

    /// <summary>Bytes of a number at its first address; a lower half has two more.</summary>
    public int FirstBytes => Format switch { NumberFormat.Double => 8, NumberFormat.Single => 4, _ => 2 };

    public Span<byte> Upper => Bytes[..(Length * FirstBytes)];

    public Span<byte> Lower => Bytes[(Length * FirstBytes)..];

    private int BytesEach => Format == NumberFormat.Split ? 4 : FirstBytes;

    public Operand<T> As<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Format == NumberFormat.Split
        ? Operand<T>.Split(_first, _first + (Length * FirstBytes), Length)
        : Operand<T>.At(_first, Length, Format);

    /// <summary>A number as the arithmetic sees it.</summary>
    public double this[int i] => Format switch
    {
        NumberFormat.Double => ((double*)_first)[i],
        NumberFormat.Single => ((float*)_first)[i],
        NumberFormat.Half => (float)((Half*)_first)[i],
        NumberFormat.Split => BitConverter.UInt32BitsToSingle((uint)((ushort*)_first)[i] << 16 | ((ushort*)_first)[Length + i]),
        _ => ((BFloat16*)_first)[i],
    };
}
