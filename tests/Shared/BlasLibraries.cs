using System.Runtime.InteropServices;

namespace HpcOpt.Tests;

/// <summary>The libraries of linear algebra that <c>./build.sh --target=Setup</c> installs here.</summary>
internal static class BlasLibraries
{
    /// <summary>Intel MKL exists for x86-64 alone.</summary>
    public static string[] Names => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? ["mkl", "openblas"] : ["openblas"];

    /// <summary><see cref="Names"/> as rows of a theory.</summary>
    public static TheoryData<string> Rows => [.. Names];
}
