using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Engine;

/// <summary>Copies the constants of an update.</summary>
internal static class Bits
{
    /// <remarks>
    /// An assignment of more than 128 bytes is a call of the run-time, which a small step feels; the constants are whole vectors, which
    /// these instructions copy in their own size.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Copy<T>(in T from, ref T to)
        where T : unmanaged
    {
        if (sizeof(T) % sizeof(float) != 0)
        {
            to = from;
            return;
        }

        ref byte source = ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in from));
        ref byte destination = ref Unsafe.As<T, byte>(ref to);
        nuint whole = (nuint)sizeof(T) / 32 * 32, wide = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            // A load is forwarded from one store, not from two halves of it.
            for (; wide + 64 <= (nuint)sizeof(T); wide += 64)
            {
                Vector512.LoadUnsafe(ref source, wide).StoreUnsafe(ref destination, wide);
            }
        }

        for (nuint i = wide; i < whole; i += 32)
        {
            Vector256.LoadUnsafe(ref source, i).StoreUnsafe(ref destination, i);
        }

        for (nuint i = whole; i < (nuint)sizeof(T); i += sizeof(float))
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, i), Unsafe.ReadUnaligned<float>(ref Unsafe.Add(ref source, i)));
        }
    }
}
