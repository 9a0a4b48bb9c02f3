using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>A float in two halves: the upper 16 bits are a bf16 (truncated) for the model, the lower 16 are stored apart.</summary>
internal readonly unsafe struct SplitFormat : IFormat
{
    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TIntegers>(byte* source, byte* lower, BlockScale* scale)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> =>
        TIntegers.Or(TIntegers.LoadUpperHalves((ushort*)source), TIntegers.LoadHalves((ushort*)lower));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W code)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
    {
        TIntegers.StoreUpperHalves((ushort*)destination, code);
        TIntegers.StoreHalves((ushort*)lower, TIntegers.And(code, TIntegers.Create(0xFFFF)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W first, W second)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
    {
        TIntegers.StoreUpperHalves((ushort*)destination, first, second);
        TIntegers.StoreHalves(
            (ushort*)lower, TIntegers.And(first, TIntegers.Create(0xFFFF)), TIntegers.And(second, TIntegers.Create(0xFFFF)));
    }
}
