using System.Reflection;
using HpcOpt.Interop;

namespace HpcOpt.Native.Tests;

/// <summary>What the library needs of the system and what it offers.</summary>
public class SymbolTests
{
    private const string Glibc = "(GLIBC_";

    // Of RHEL 8, Debian 10 and Ubuntu 18.10.
    private static readonly Version NewestGlibc = new(2, 28);

    [Fact]
    public void It_needs_no_newer_glibc_than_2_28()
    {
        string[] needed = [
            .. Symbols().Where(line => line.Contains(Glibc)).Select(line => line[(line.IndexOf(Glibc) + Glibc.Length)..].Split(')')[0])];
        Assert.NotEmpty(needed);
        Assert.All(needed, version => Assert.True(Version.Parse(version) <= NewestGlibc, $"It needs glibc {version}."));
    }

    [Fact]
    public void It_exports_the_functions_of_the_header_and_nothing_else()
    {
        string[] exported = [.. Symbols().Where(line => line.Contains(" g ") && !line.Contains("*UND*"))
            .Select(line => line.Split(' ')[^1]).Order(StringComparer.Ordinal)];
        Assert.Equal(
            typeof(NativeMethods).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.Name)
                .Order(StringComparer.Ordinal), exported);
    }

    [Fact]
    public void It_needs_the_C_library_alone()
    {
        string[] needed = [.. Command.Lines("binutils", "objdump", "-p", TheLibrary.File).Where(line => line.Contains("NEEDED")).Select(
            line => line.Split(' ')[^1])];
        Assert.NotEmpty(needed);
        Assert.Empty(needed.Except(["libc.so.6", "libm.so.6"]));
    }

    private static string[] Symbols() => Command.Lines("binutils", "objdump", "-T", TheLibrary.File);
}
