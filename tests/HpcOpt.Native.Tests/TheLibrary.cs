namespace HpcOpt.Native.Tests;

/// <summary>The library that the build made, without which nothing here means anything.</summary>
internal static class TheLibrary
{
    private const string How =
        "./build.sh --target=Native makes it where cmake, make and a C compiler are; as root on Debian, --target=Setup installs them.";

    public static string File
    {
        get
        {
            Assert.True(NativePart.IsAvailable, $"{NativePart.Error} {How}");
            return NativePart.File!;
        }
    }
}
