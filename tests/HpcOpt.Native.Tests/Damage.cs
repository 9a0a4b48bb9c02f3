using System.Text;

namespace HpcOpt.Native.Tests;

/// <summary>Makes a library that cannot be used, mostly from the good one.</summary>
internal static class Damage
{
    private const int Class = 4, Type = 16, Machine = 18;

    public static void Make(string damage, string good, string file)
    {
        switch (damage)
        {
            case "empty": File.WriteAllBytes(file, []); break;
            case "text": File.WriteAllText(file, "INPUT ( libhpcopt_native.so.1 )\n"); break;
            case "header": File.WriteAllBytes(file, File.ReadAllBytes(good)[..40]); break;
            case "AArch64": Patch(good, file, (Machine, 183)); break;
            case "32 bits": Patch(good, file, (Class, 1), (Machine, 3)); break;
            case "executable": Patch(good, file, (Type, 2)); break;
            case "new glibc": File.WriteAllBytes(file, Replace(File.ReadAllBytes(good), "GLIBC_2.2.5\0"u8, "GLIBC_9.9.9\0"u8)); break;
            case "folder": Directory.CreateDirectory(file); break;
            case "foreign": Compile(file, "int something_else(void) { return 1; }"); break;
            case "ABI": Compile(file, "int hpc_abi_version(void) { return 99; } const char *hpc_version(void) { return \"9\"; }"); break;
            default: throw new ArgumentOutOfRangeException(nameof(damage), damage, "An unknown damage.");
        }
    }

    private static void Patch(string good, string file, params (int Position, byte Value)[] patches)
    {
        byte[] bytes = File.ReadAllBytes(good);
        foreach ((int position, byte value) in patches)
            bytes[position] = value;
        File.WriteAllBytes(file, bytes);
    }

    private static byte[] Replace(byte[] bytes, ReadOnlySpan<byte> old, ReadOnlySpan<byte> by)
    {
        int at = bytes.AsSpan().IndexOf(old);
        Assert.True(at >= 0, $"The library does not hold {Encoding.ASCII.GetString(old)}.");
        by.CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    private static void Compile(string file, string source)
    {
        File.WriteAllText(file + ".c", source);
        Command.Run("gcc libc6-dev", "gcc", "-shared", "-fPIC", "-o", file, file + ".c");
    }
}
