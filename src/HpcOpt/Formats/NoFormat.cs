using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>Nothing: of a vector that is not there.</summary>
internal readonly unsafe struct NoFormat : IFormat
{
    public static int Bytes => 0;

    public static W Load<W, TIntegers>(byte* source, byte* lower, BlockScale* scale)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W> => default;

    public static void Write<W, TIntegers>(byte* destination, byte* lower, W code)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
    {
    }

    public static void Write<W, TIntegers>(byte* destination, byte* lower, W first, W second)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
    {
    }
}
