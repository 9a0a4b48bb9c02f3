using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using HpcOpt.Engine;

namespace HpcOpt.Interop;

/// <summary>Finds and loads the native part: the first file that is one for this CPU, this system and this version's ABI.</summary>
internal static unsafe class NativeLoader
{
    public const string FileName = "libhpcopt_native.so";
    public const string Variable = "HPCOPT_NATIVE";

    // Where NuGet packages keep it, and where an application's package puts it.
    private const string PackageFolder = "runtimes/linux-x64/native";

    /// <summary>
    /// Loads it from <paramref name="forced"/> alone if given; else from the first folder that has it, or where the system finds it.
    /// </summary>
    public static LoadedLibrary Load(string? forced, IEnumerable<string> folders)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return LoadedLibrary.None($"{FileName} is for Linux on x86-64; this process runs on {RuntimeInformation.RuntimeIdentifier}.");
        }

        List<string> problems = [];
        bool isForced = !string.IsNullOrEmpty(forced);
        foreach (string file in isForced
            ? [forced!]
            : folders.Select(folder => Path.Combine(folder, FileName)).Distinct(StringComparer.Ordinal))
        {
            if (TryFile(Path.GetFullPath(file), problems) is { } loaded)
            {
                return loaded;
            }
        }

        if (!isForced && TryLoad(FileName, "the system", problems) is { } found)
        {
            return found;
        }

        string remedy = isForced
            ? $"{Variable} names this file, and no other is tried: correct or unset it."
            : $"{Variable}=FILE names one elsewhere.";
        return LoadedLibrary.None($"{FileName} was not loaded. {string.Join("; ", problems)}. {remedy}");
    }

    /// <summary>The application's folders, then those of this assembly, which a plug-in may have elsewhere.</summary>
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An empty location, as in a single file, adds no folder.")]
    public static IEnumerable<string> Folders()
    {
        yield return Path.Combine(AppContext.BaseDirectory, PackageFolder);
        yield return AppContext.BaseDirectory;
        if (Path.GetDirectoryName(typeof(NativeLoader).Assembly.Location) is { Length: > 0 } folder)
        {
            yield return Path.Combine(folder, PackageFolder);
            yield return folder;
        }
    }

    private static LoadedLibrary? TryFile(string file, List<string> problems)
    {
        if (!File.Exists(file))
        {
            problems.Add($"{file}: no such file");
            return null;
        }

        if (ElfFile.Problem(file) is { } problem)
        {
            problems.Add($"{file}: it {problem}");
            return null;
        }

        return TryLoad(file, file, problems);
    }

    private static LoadedLibrary? TryLoad(string library, string place, List<string> problems)
    {
        nint handle;
        try
        {
            handle = NativeLibrary.Load(library);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            problems.Add($"{place}: {LoadersWords(e.Message)}");
            return null;
        }

        if (!NativeLibrary.TryGetExport(handle, nameof(NativeMethods.hpc_abi_version), out nint abi)
            || !NativeLibrary.TryGetExport(handle, nameof(NativeMethods.hpc_version), out nint version))
        {
            problems.Add($"{place}: a library without {nameof(NativeMethods.hpc_abi_version)} or {nameof(NativeMethods.hpc_version)}");
        }
        else if (((delegate* unmanaged[Cdecl]<int>)abi)() is var found and not NativeMethods.HPC_ABI_VERSION)
        {
            const int Expected = NativeMethods.HPC_ABI_VERSION;
            problems.Add(string.Create(
                CultureInfo.InvariantCulture, $"{place}: its ABI is version {found}; expected {Expected}, of this HpcOpt's own build"));
        }
        else
        {
            return new(handle, library, Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)version)()), Error: null);
        }

        NativeLibrary.Free(handle);
        return null;
    }

    // The run-time's advice is in the first line, the loader's message in the next.
    private static string LoadersWords(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 1 ? lines[1] : message;
    }
}

/// <summary>The library, or why there is none.</summary>
internal sealed record LoadedLibrary(nint Handle, string? File, string? Version, string? Error)
{
    public static LoadedLibrary None(string error) => new(0, null, null, error);
}
