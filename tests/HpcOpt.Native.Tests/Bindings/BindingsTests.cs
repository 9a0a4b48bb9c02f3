using HpcOpt.Tests;

namespace HpcOpt.Native.Tests.Bindings;

/// <summary>The header and the generated bindings say the same.</summary>
public class BindingsTests
{
    private static readonly string Header = Path.Combine(Repository.Root, "native", "hpcopt_native.h");

    [Fact]
    public void They_agree()
    {
        string[] header = [.. Declarations.OfHeader(Header).Order(StringComparer.Ordinal)],
            bindings = [.. Declarations.OfBindings().Order(StringComparer.Ordinal)];
        Assert.True(header.Length > 30);
        if (!header.SequenceEqual(bindings))
        {
            Assert.Fail("native/hpcopt_native.h and src/HpcOpt/Interop/Generated/NativeMethods.cs differ; " + $"""
                CONTRIBUTING.md says how to generate the bindings again.
                  only in the header:   {string.Join("\n                        ", header.Except(bindings))}
                  only in the bindings: {string.Join("\n                        ", bindings.Except(header))}
                """);
        }
    }

    [Theory]
    [InlineData("int32_t hpc_free(", "int32_t hpc_release(")]
    [InlineData("uint64_t bytes, uint32_t wishes,", "uint32_t bytes, uint32_t wishes,")]
    [InlineData("uint64_t bytes, uint32_t wishes,", "uint32_t wishes, uint64_t bytes,")]
    [InlineData("const char *hpc_version", "char **hpc_version")]
    [InlineData("const float *g", "const double *g")]
    [InlineData("uint32_t granted;", "uint64_t granted;")]
    [InlineData("uint32_t granted;", "float granted;")]
    [InlineData("uint32_t cores;", "uint32_t kernels;")]
    [InlineData("double keep;", "double keep; double spare;")]
    [InlineData("} hpc_memory;", "} __attribute__((aligned(64))) hpc_memory;")]
    [InlineData("#define HPC_ABI_VERSION 1", "#define HPC_ABI_VERSION 2")]
    [InlineData("#define HPC_OK 0", "#define HPC_OK 0\n#define HPC_MORE 5")]
    [InlineData("HPC_API int32_t hpc_supports(uint32_t isa);", "")]
    [InlineData("HPC_API int32_t hpc_supports(uint32_t isa);", "HPC_API int32_t hpc_supports(uint32_t isa); HPC_API void hpc_more(void);")]
    public void A_change_of_the_header_is_seen(string old, string changed)
    {
        using TemporaryFolder folder = new();
        string text = File.ReadAllText(Header);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(folder["changed.h"], text.Replace(old, changed));
        Assert.NotEqual(Declarations.OfBindings().Order(StringComparer.Ordinal),
            Declarations.OfHeader(folder["changed.h"]).Order(StringComparer.Ordinal));
    }
}
