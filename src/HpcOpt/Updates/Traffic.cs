namespace HpcOpt;

/// <summary>The streams of memory that a pass moves.</summary>
[Flags]
public enum Traffic
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>θ is read.</summary>
    ReadParameters = 1,

    /// <summary>The gradient is read.</summary>
    ReadGradient = 2,

    /// <summary>The state vectors are read.</summary>
    ReadState = 4,

    /// <summary>θ is written.</summary>
    WriteParameters = 8,

    /// <summary>The state vectors are written.</summary>
    WriteState = 16,

    /// <summary>θ, gradient and state are read; θ and state are written.</summary>
    All = ReadParameters | ReadGradient | ReadState | WriteParameters | WriteState,
}
