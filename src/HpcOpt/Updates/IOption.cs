namespace HpcOpt;

/// <summary>A yes or no that the compiler knows, for updates that are generic in it: what it turns off leaves no code.</summary>
public interface IOption
{
    /// <summary>Whether the option is on. A constant.</summary>
    static abstract bool IsOn { get; }
}

/// <summary>The option is on.</summary>
public readonly struct Yes : IOption
{
    /// <inheritdoc/>
    public static bool IsOn => true;
}

/// <summary>The option is off.</summary>
public readonly struct No : IOption
{
    /// <inheritdoc/>
    public static bool IsOn => false;
}
