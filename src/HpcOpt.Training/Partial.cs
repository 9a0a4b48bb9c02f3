using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Training;

/// <summary>Vectors at the end of a row, of which only the first elements are there.</summary>
internal static unsafe class Partial
{
    /// <summary>The first <paramref name="width"/> elements, zeros behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load<T>(T* source, int width)
        where T : unmanaged => width == Vector256<T>.Count ? Vector256.Load(source) : LoadFirst(source, width);

    /// <summary>Writes the first <paramref name="width"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(T* destination, Vector256<T> value, int width)
        where T : unmanaged
    {
        if (width == Vector256<T>.Count)
        {
            value.Store(destination);
        }
        else
        {
            StoreFirst(destination, value, width);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<T> LoadFirst<T>(T* source, int width)
        where T : unmanaged
    {
        Vector256<T> value = Vector256<T>.Zero;
        Unsafe.CopyBlockUnaligned(&value, source, (uint)(width * sizeof(T)));
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreFirst<T>(T* destination, Vector256<T> value, int width)
        where T : unmanaged => Unsafe.CopyBlockUnaligned(destination, &value, (uint)(width * sizeof(T)));
}
