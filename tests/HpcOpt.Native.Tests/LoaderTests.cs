using System.Buffers.Binary;
using HpcOpt.Interop;

namespace HpcOpt.Native.Tests;

/// <summary>A library that is missing, damaged or for another machine is told from one that works, and never ends the process.</summary>
public class LoaderTests
{
    [Fact]
    public void The_library_is_found_beside_the_application()
    {
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native/libhpcopt_native.so"), TheLibrary.File);
        Assert.Null(NativePart.Error);
        Assert.Equal(typeof(NativePart).Assembly.GetName().Version!.ToString(3), NativePart.Version);
    }

    [Fact]
    public void The_file_of_the_variable_is_the_only_one()
    {
        string folder = Path.GetDirectoryName(TheLibrary.File)!;
        Assert.Equal(
            "libhpcopt_native.so was not loaded. /nowhere/x.so: no such file. HPCOPT_NATIVE names this file, and no other is tried: "
            + "correct or unset it.",
            NativeLoader.Load("/nowhere/x.so", [folder]).Error);
        Assert.Equal((TheLibrary.File, null),
            (NativeLoader.Load(TheLibrary.File, ["/nowhere"]).File, NativeLoader.Load(TheLibrary.File, ["/nowhere"]).Error));
        Assert.Equal(TheLibrary.File, NativeLoader.Load("", [folder]).File);
    }

    [Fact]
    public void A_folder_with_a_damaged_one_does_not_hide_the_next()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["libhpcopt_native.so"], "no library");
        Assert.Equal(TheLibrary.File, NativeLoader.Load(null, [folder.FullName, Path.GetDirectoryName(TheLibrary.File)!]).File);
    }

    public static TheoryData<string, string> Damages() => new()
    {
        { "empty", "it was cut off: it has 0 bytes, less than an ELF header" },
        { "text", "it is no shared library: it does not begin with ELF's mark" },
        { "header", "it was cut off: it has 40 bytes, less than an ELF header" },
        { "AArch64", "it is for another CPU: AArch64, 64-bit; expected x86-64, 64-bit" },
        { "32 bits", "it is for another CPU: x86, 32-bit; expected x86-64, 64-bit" },
        { "executable", "it is an ELF file, but no shared library" },
        { "new glibc", "version `GLIBC_9.9.9' not found" },
        { "folder", "no such file" },
        { "foreign", "a library without hpc_abi_version or hpc_version" },
        { "ABI", "its ABI is version 99; expected 1, of this HpcOpt's own build" },
    };

    [Theory, MemberData(nameof(Damages))]
    public void A_damaged_one_is_told_by_its_damage(string damage, string problem)
    {
        using TemporaryFolder folder = new();
        string file = folder["libhpcopt_native.so"];
        Damage.Make(damage, TheLibrary.File, file);
        LoadedLibrary library = NativeLoader.Load(file, []);
        Assert.Equal(0, library.Handle);
        Assert.Contains(file, library.Error, StringComparison.Ordinal);
        Assert.Contains(problem, library.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_was_cut_off_anywhere_is_refused()
    {
        using TemporaryFolder folder = new();
        byte[] whole = File.ReadAllBytes(TheLibrary.File);
        foreach (int length in Enumerable.Range(0, 128)
            .Concat(Enumerable.Range(1, 63).Select(i => whole.Length / 64 * i)).Append(whole.Length - 1))
        {
            string file = folder["libhpcopt_native.so"];
            File.WriteAllBytes(file, whole[..length]);
            Assert.Contains("it was cut off: it has ", NativeLoader.Load(file, []).Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_header_that_promises_the_impossible_is_refused()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(TheLibrary.File);
        foreach (int field in new[] { 32, 40 }) // where the tables of segments and of sections begin
        {
            foreach (ulong offset in new[] { ulong.MaxValue, 1UL << 62, (ulong)bytes.Length })
            {
                byte[] damaged = [.. bytes];
                BinaryPrimitives.WriteUInt64LittleEndian(damaged.AsSpan(field), offset);
                string file = folder["libhpcopt_native.so"];
                File.WriteAllBytes(file, damaged);
                Assert.Contains("it was cut off: it has ", NativeLoader.Load(file, []).Error, StringComparison.Ordinal);
            }
        }
    }

    [Theory, InlineData("AArch64"), InlineData("header"), InlineData("new glibc"), InlineData("missing")]
    public async Task A_process_that_finds_only_a_damaged_one_works_in_managed_code_with_one_warning(string damage)
    {
        using TemporaryFolder folder = new();
        string file = folder["libhpcopt_native.so"];
        if (damage != "missing")
            Damage.Make(damage, TheLibrary.File, file);
        (int exitCode, string output, string error) = await HpcOpt.Tests.DotnetProcess.Run(
            "HpcOpt.Native.Tests.dll", ["--filter-class", typeof(FallbackTests).FullName!], ("HPCOPT_NATIVE", file),
            (FallbackTests.Variable, file));
        Assert.True(exitCode == 0, $"{output}\n{error}");
    }
}
