using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>A float itself.</summary>
internal readonly unsafe struct SingleFormat : IFormat
{
    public static int Bytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Load<W, TIntegers>(byte* source, byte* lower, BlockScale* scale)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.Load((uint*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W code)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.Store((uint*)destination, code);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<W, TIntegers>(byte* destination, byte* lower, W first, W second)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => TIntegers.Store((uint*)destination, first, second);
}
