namespace HpcOpt;

/// <summary>Traits of the state vectors, for storage in low precision. State vector k has the bits of the names shifted by k.</summary>
[Flags]
public enum StateTraits
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The first one is never negative, as a mean of squares: fp8 spends no bit on its sign.</summary>
    NonNegative0 = 1,

    /// <summary>The second one is never negative.</summary>
    NonNegative1 = 2,

    /// <summary>The third one is never negative.</summary>
    NonNegative2 = 4,

    /// <summary>The fourth one is never negative.</summary>
    NonNegative3 = 8,

    /// <summary>The first one holds parameters, as an average of them: it keeps the precision of the arithmetic.</summary>
    Parameters0 = 16,

    /// <summary>The second one holds parameters.</summary>
    Parameters1 = 32,

    /// <summary>The third one holds parameters.</summary>
    Parameters2 = 64,

    /// <summary>The fourth one holds parameters.</summary>
    Parameters3 = 128,
}
