using System.Runtime.CompilerServices;

namespace HpcOpt.Lanes;

/// <summary>A double in the precision of the lanes, rounded once.</summary>
internal static class Rounded
{
    /// <remarks>
    /// <c>T.CreateTruncating</c> rounds alike, but the compiler leaves it as a call: for the eight constants of an update that was a third of
    /// a step on 64 parameters.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T To<T>(double value)
        where T : unmanaged => typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>((float)value) : Unsafe.BitCast<double, T>(value);
}
