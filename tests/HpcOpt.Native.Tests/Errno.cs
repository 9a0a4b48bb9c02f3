namespace HpcOpt.Native.Tests;

/// <summary>Numbers of &lt;errno.h&gt; on Linux.</summary>
internal static class Errno
{
    public const int InvalidArgument = 22;
    public const int NotSupported = 95;
}
