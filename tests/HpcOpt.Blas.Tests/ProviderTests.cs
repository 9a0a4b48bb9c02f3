using System.Diagnostics;
using HpcOpt.Blas.Providers;

namespace HpcOpt.Blas.Tests;

/// <summary>How a provider is chosen, and what becomes of files that are none: an error, never the end of the process.</summary>
public sealed class ProviderTests : IDisposable
{
    // Machines of ELF.
    private const byte X64 = 62, Arm64 = 183;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hpcopt-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, MemberData(nameof(BlasLibraries.Rows), MemberType = typeof(BlasLibraries))]
    public void A_library_is_known_by_name_and_by_path(string name)
    {
        BlasProvider byName = new LinearAlgebra(name).Provider;
        Assert.Equal(name, byName.Name);
        Assert.True(File.Exists(byName.File), byName.File);
        Assert.Matches(@"^\d+\.\d+", byName.Version);
        BlasProvider byPath = new LinearAlgebra(byName.File).Provider;
        Assert.Equal((byName.Name, byName.Version, byName.File), (byPath.Name, byPath.Version, byPath.File));
    }

    [Fact]
    public void The_managed_provider_needs_no_file()
    {
        BlasProvider managed = new LinearAlgebra("Managed").Provider;
        Assert.Equal(("managed", null, null), (managed.Name, managed.Version, managed.File));
    }

    [Fact]
    public void An_automatic_choice_prefers_MKL_unless_another_is_more_than_10_percent_faster()
    {
        BlasProvider mkl = new("mkl"), other = new("openblas");
        Assert.Same(mkl, BlasChoice.Fastest([new(mkl, 100), new(other, 110), new(BlasProvider.Managed, 30)]));
        Assert.Same(other, BlasChoice.Fastest([new(mkl, 100), new(other, 111), new(BlasProvider.Managed, 30)]));
        Assert.Same(other, BlasChoice.Fastest([new(other, 100), new(BlasProvider.Managed, 30)]));
        Assert.Same(BlasProvider.Managed, BlasChoice.Fastest([new(BlasProvider.Managed, 30)]));
    }

    [Fact]
    public void Each_provider_is_measured_once_for_the_process()
    {
        Assert.Same(BlasChoice.Measured, BlasChoice.Measured);
        Assert.Equal(BlasLibraries.Names, BlasChoice.Measured.Select(one => one.Provider.Name).Where(name => name is "mkl" or "openblas"));
        Assert.All(BlasChoice.Measured, one => Assert.True(one.Gigaflops > 0.1, $"{one}"));
        Assert.Same(new LinearAlgebra("auto").Provider, new LinearAlgebra("auto").Provider);
    }

    [Fact]
    public void Neither_name_nor_path_is_an_error_that_lists_the_names()
    {
        var error = Assert.Throws<ArgumentException>(() => new LinearAlgebra("atlas"));
        Assert.Contains(
            "The provider is 'atlas'; expected auto, mkl, openblas, blis, managed, or the path", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(": there is no such file.", Error("/nonexistent/libmkl_rt.so"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_library_is_an_error()
    {
        Assert.EndsWith("the file is no shared library: it does not begin with ELF's mark.",
            Error(Write("text.so", "#!/bin/sh\n"u8.ToArray())), StringComparison.Ordinal);
        Assert.EndsWith(
            "the file was cut off: it has 0 bytes, less than an ELF header.", Error(Write("empty.so", [])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void A_library_that_was_cut_off_is_an_error(int length)
    {
        byte[] whole = File.ReadAllBytes(new LinearAlgebra("openblas").Provider.File!);
        Assert.Contains($"the file was cut off: it has {length} ", Error(Write("cut.so", whole[..length])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_for_another_machine_is_an_error()
    {
        byte[] library = File.ReadAllBytes(Compile("empty.so", "int nothing;"));
        (library[18], string other, string own) = library[18] == X64 ? (Arm64, "AArch64", "x86-64") : (X64, "x86-64", "AArch64");
        Assert.EndsWith($"the file is for another CPU: {other}, 64-bit; expected {own}, 64-bit.", Error(Write("other.so", library)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_for_a_newer_glibc_is_an_error_in_the_words_of_the_loader()
    {
        string versions = Write("versions", "GLIBC_2.99 { newer; };"u8.ToArray());
        string stub = Compile("libstub.so", "void newer(void) { }", "-Wl,-soname,libm.so.6", $"-Wl,--version-script={versions}");
        string user = Compile("newer.so", "extern void newer(void); void use(void) { newer(); }", stub);
        string message = Error(user);
        Assert.Contains("the file cannot be loaded: ", message, StringComparison.Ordinal);
        Assert.Contains("version `GLIBC_2.99' not found", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_without_the_functions_is_an_error() =>
        Assert.EndsWith("the file is no CBLAS: it lacks cblas_sgemm, cblas_ssyrk, cblas_sgemv and 13 more functions.",
            Error(Compile("other.so", "int nothing;")), StringComparison.Ordinal);

    [Fact]
    public void A_library_that_multiplies_wrongly_is_an_error()
    {
        string functions = Functions("");
        Assert.EndsWith("the file multiplies two small matrices wrongly; it may count in 64 bits (ILP64).",
            Error(Compile("wrong.so", functions)), StringComparison.Ordinal);
    }

    // As in an application that has libmkl_rt without its parts: the library itself would end the process at its first call.
    [Fact]
    public void An_MKL_without_its_parts_is_an_error()
    {
        string library = Compile(
            "libmkl_rt.so.9", Functions("__builtin_trap();") + "\nint MKL_Set_Threading_Layer(int layer) { __builtin_trap(); }");
        BlasLibrary? opened = BlasLibrary.Open(library, [], out string? problem);
        Assert.Null(opened);
        Assert.Equal("cannot work without libmkl_core, which is not beside it nor where the loader looks, or was cut off", problem);
    }

    private static string Functions(string body) => string.Join('\n',
        from precision in "sd"
        from name in new[] { "gemm", "syrk", "gemv", "ger", "axpy", "scal", "dot", "nrm2" }
        select $"void cblas_{precision}{name}(void) {{ {body} }}");

    private static string Error(string path) => Assert.Throws<DllNotFoundException>(() => new LinearAlgebra(path)).Message;

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private string Compile(string name, string source, params string[] options)
    {
        string path = Path.Combine(_folder.FullName, name);
        using Process compiler = Process.Start(
            new ProcessStartInfo("gcc", ["-shared", "-fPIC", "-nostdlib", "-w", "-o", path, "-x", "c",
                Write(name + ".c", System.Text.Encoding.UTF8.GetBytes(source)), "-x", "none", .. options]))!;
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return path;
    }
}
