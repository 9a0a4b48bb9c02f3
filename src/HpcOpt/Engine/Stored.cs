using System.Runtime.InteropServices;

namespace HpcOpt.Engine;

/// <summary>The formats of a pass over vectors that are not all in the precision of the lanes, and what belongs to them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Stored
{
    public NumberFormat Parameters;
    public NumberFormat Gradient;

    // The four of each stand in a row: an optimizer sets them by index.
    public NumberFormat State0;
    public NumberFormat State1;
    public NumberFormat State2;
    public NumberFormat State3;
    public float* Scales0;
    public float* Scales1;
    public float* Scales2;
    public float* Scales3;

    /// <summary>What the formats of the state come from.</summary>
    public StateFormat State;

    /// <summary>The lower halves of split parameters; or where <see cref="HasCopy"/> the copies of floats.</summary>
    public byte* Hidden;

    /// <summary>Whether a bf16 of each parameter is written as well, which is a float.</summary>
    public bool HasCopy;

    /// <summary>Whether rounding is stochastic; otherwise to nearest.</summary>
    public bool IsStochastic;

    /// <summary>The random bits of this step.</summary>
    public uint Key;

    /// <summary>Number of the first parameter in the whole model.</summary>
    public ulong FirstIndex;

    /// <summary>Whether blocks have scales, so that none may be divided.</summary>
    public bool HasBlocks;
}
