using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Tests.Laws;

/// <summary>The same law where the run-time is told that the CPU can do less.</summary>
public class SameBitsInOtherProcesses
{
    public static TheoryData<string, string> Switches() => new()
    {
        { "DOTNET_EnableAVX512", X86("avx2") },
        { "DOTNET_EnableAVX2", X86("vector128") },
        { "DOTNET_EnableHWIntrinsic", "scalar" },
    };

    [Theory, MemberData(nameof(Switches))]
    public async Task The_law_holds_on_the_expected_path(string variable, string path)
    {
        // Its own children must not start children.
        (int exitCode, string output, _) = await DotnetProcess.Run(
            "HpcOpt.Tests.dll", ["--filter-class", typeof(SameBitsLaw).FullName!], (variable, "0"), (SameBitsLaw.ExpectedPath, path));
        Assert.True(exitCode == 0, $"Under {variable}=0, on {path}:\n{output}");
    }

    // The first two switches mean nothing to other CPUs.
    private static string X86(string path) =>
        Avx2.IsSupported && Fma.IsSupported && Vector128.IsHardwareAccelerated ? path : ExecutionPath.Supported[0].Name;
}
