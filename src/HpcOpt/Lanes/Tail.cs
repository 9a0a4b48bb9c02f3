using System.Numerics;
using System.Runtime.CompilerServices;

namespace HpcOpt.Lanes;

/// <summary>Partial loads and stores by way of one vector on the stack, for lanes without masked memory access.</summary>
internal static unsafe class Tail
{
    public static TLanes Load<TLanes, T>(T* source, nint count)
        where TLanes : unmanaged, IKernelLanes<TLanes, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLanes buffer = default;
        Unsafe.CopyBlockUnaligned(&buffer, source, (uint)(count * sizeof(T)));
        return buffer;
    }

    public static void Store<TLanes, T>(T* destination, nint count, TLanes value)
        where TLanes : unmanaged, IKernelLanes<TLanes, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Unsafe.CopyBlockUnaligned(destination, &value, (uint)(count * sizeof(T)));
}
