using System.Runtime.InteropServices;

namespace HpcOpt.Engine;

/// <summary>The memory of one pass: parameters, gradient and up to four vectors of state, of one length.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Streams
{
    public const int MostStates = 4;

    public nint Length;
    public Numbers P;
    public Numbers G;

    // The four stand in a row: an optimizer sets them by index.
    public Numbers S0;
    public Numbers S1;
    public Numbers S2;
    public Numbers S3;

    /// <summary>How numbers of low precision are rounded in this pass.</summary>
    public StepRounding Rounding;

    /// <summary>Whether some numbers are not in the precision of the arithmetic.</summary>
    public bool IsLowPrecision;

    /// <summary>What the formats of the state come from.</summary>
    public StateFormat State;

    /// <summary>A vector of state.</summary>
    public static Numbers* StateOf(Streams* streams, int k) => &streams->S0 + k;

    /// <summary>Streams in the precision of <typeparamref name="T"/>; null for those that the pass does not use.</summary>
    public static Streams Of<T>(nint length, T* p, T* g, T* s0 = null, T* s1 = null, T* s2 = null, T* s3 = null)
        where T : unmanaged
    {
        NumberFormat format = typeof(T) == typeof(float) ? NumberFormat.Single : NumberFormat.Double;
        return new Streams
        {
            Length = length,
            P = new(p, format),
            G = new(g, format),
            S0 = new(s0, format),
            S1 = new(s1, format),
            S2 = new(s2, format),
            S3 = new(s3, format),
        };
    }
}

/// <summary>How a step rounds numbers of low precision.</summary>
/// <param name="IsStochastic">Stochastic; otherwise to nearest.</param>
/// <param name="Key">The random bits of this step.</param>
/// <param name="FirstIndex">Number of the first parameter in the whole model.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct StepRounding(bool IsStochastic, uint Key, ulong FirstIndex);

/// <summary>The addresses of streams in the precision of the arithmetic, as a loop keeps them in registers.</summary>
internal readonly unsafe struct Pointers<T>(Streams* streams)
    where T : unmanaged
{
    public readonly T* P = (T*)streams->P.Address;
    public readonly T* G = (T*)streams->G.Address;
    public readonly T* S0 = (T*)streams->S0.Address;
    public readonly T* S1 = (T*)streams->S1.Address;
    public readonly T* S2 = (T*)streams->S2.Address;
    public readonly T* S3 = (T*)streams->S3.Address;
}
