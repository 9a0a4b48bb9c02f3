namespace HpcOpt.Native.Tests;

/// <summary>The library that the build made, without which nothing here means anything.</summary>
internal static class TheLibrary
{
    private const string How = "./build.sh --target=Build makes it where cmake and gcc are installed, and as root on Debian it installs them.";

    public static string File
    {
        get
        {
            Assert.True(NativePart.IsAvailable, $"{NativePart.Error} {How}");
            return NativePart.File!;
        }
    }
}
