namespace HpcOpt.Blas.Managed;

/// <summary>The caller's thread alone: for memory that it alone will use.</summary>
internal static class Serial
{
    public static Execution Execution { get; } = new(ExecutionPath.Supported[0], threads: 1);
}
