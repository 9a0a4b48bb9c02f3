using System.Runtime.CompilerServices;

namespace HpcOpt.Lanes;

/// <summary>A double in the precision of the lanes, rounded once.</summary>
internal static class Rounded
{
    /// <remarks>
    /// <c>T.CreateTruncating</c> rounds alike, but without a profile that calls it hot the compiler leaves a call, once for each constant
    /// of an update.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T To<T>(double value)
        where T : unmanaged => typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>((float)value) : Unsafe.BitCast<double, T>(value);
}
