using System.Numerics;

namespace HpcOpt.Tests;

/// <summary>Operands of vectors whose type a test knows at run time alone.</summary>
internal static class Operands
{
    public static Operand<T> Of<T, TNumber>(NativeVector<TNumber> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TNumber : unmanaged => vector switch
        {
            NativeVector<T> numbers => numbers,
            NativeVector<BFloat16> numbers => numbers,
            object numbers => (NativeVector<Half>)numbers,
        };

    public static GradientSum<T> Sum<T, TNumber>(GradientReduction reduction, params NativeVector<TNumber>[] gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TNumber : unmanaged => gradients switch
        {
            NativeVector<T>[] numbers => new(reduction, numbers),
            NativeVector<BFloat16>[] numbers => new(reduction, numbers),
            object numbers => new(reduction, (NativeVector<Half>[])numbers),
        };
}
