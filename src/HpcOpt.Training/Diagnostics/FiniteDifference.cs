using System.Numerics;
using System.Runtime.CompilerServices;

namespace HpcOpt.Training;

/// <summary>The step of central differences.</summary>
internal static class FiniteDifference
{
    /// <summary>2^-17 for double, 2^-8 for float: powers of 2 near ∛precision, which balances truncation and rounding.</summary>
    public static T Step<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.ScaleB(T.One, Unsafe.SizeOf<T>() == sizeof(double) ? -17 : -8);
}
