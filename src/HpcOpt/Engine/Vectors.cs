using System.Runtime.InteropServices;

namespace HpcOpt.Engine;

/// <summary>The memory of one pass: parameters, gradient and up to four state vectors of one length.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Vectors<T>
    where T : unmanaged
{
    public const int MostStates = 4;

    public nint Length;
    public T* P;
    public T* G;

    // The four stand in a row: an optimizer sets them by index.
    public T* S0;
    public T* S1;
    public T* S2;
    public T* S3;

    /// <summary>The formats, where they are not all those of the lanes; the pointers above are then of other types.</summary>
    public Stored* Stored;
}
