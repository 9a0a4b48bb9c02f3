using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>A float, and the nearest bf16 in a vector of its own, which is only written.</summary>
internal readonly unsafe struct CopiedFormat : IFormat
{
    public static int Bytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TIntegers>(byte* source, byte* lower, BlockScale* scale)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.Load((uint*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W code)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
    {
        TIntegers.Store((uint*)destination, code);
        TIntegers.StoreUpperHalves((ushort*)lower, Nearest<W, TIntegers>(code));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W first, W second)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
    {
        TIntegers.Store((uint*)destination, first, second);
        TIntegers.StoreUpperHalves((ushort*)lower, Nearest<W, TIntegers>(first), Nearest<W, TIntegers>(second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Nearest<W, TIntegers>(W bits)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => BFloat16Format.Encode<W, TIntegers, No, Yes, No>(bits, default, default);
}
