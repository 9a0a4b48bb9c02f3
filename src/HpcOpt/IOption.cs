namespace HpcOpt;

/// <summary>A yes or no that the compiler knows: what it turns off leaves no code.</summary>
internal interface IOption
{
    static abstract bool IsOn { get; }
}

internal readonly struct Yes : IOption
{
    public static bool IsOn => true;
}

internal readonly struct No : IOption
{
    public static bool IsOn => false;
}
