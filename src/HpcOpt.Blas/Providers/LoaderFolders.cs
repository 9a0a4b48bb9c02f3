using System.IO.Enumeration;

namespace HpcOpt.Blas.Providers;

/// <summary>Where libraries lie: the application's own folders, and those that the system's loader searches.</summary>
internal static class LoaderFolders
{
    private const int MostIncludes = 8;

    /// <summary>Where packages put native libraries: beside the application, below it, or in the package cache in development.</summary>
    public static IEnumerable<string> OfApplication()
    {
        string packages = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return new[] { Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"), AppContext.BaseDirectory }
            .Concat(packages.Split(':', StringSplitOptions.RemoveEmptyEntries))
            .Select(Path.TrimEndingDirectorySeparator).Distinct(StringComparer.Ordinal);
    }

    /// <summary>In the order of the system's loader.</summary>
    public static IEnumerable<string> OfSystem() =>
        (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(Configured("/etc/ld.so.conf", MostIncludes))
            .Concat(["/lib64", "/usr/lib64", "/lib", "/usr/lib"])
            .Distinct(StringComparer.Ordinal);

    /// <summary>Where oneAPI installs MKL.</summary>
    public static IEnumerable<string> OfOneApi() =>
        new[] { Environment.GetEnvironmentVariable("MKLROOT"), "/opt/intel/oneapi/mkl/latest", "/opt/intel/mkl" }
            .Where(root => !string.IsNullOrEmpty(root))
            .SelectMany(root => new[] { $"{root}/lib", $"{root}/lib/intel64" }).Distinct(StringComparer.Ordinal);

    // Lines are folders, comments, or "include pattern".
    private static IEnumerable<string> Configured(string file, int includes)
    {
        string[] lines;
        try
        {
            lines = File.Exists(file) ? File.ReadAllLines(file) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lines = [];
        }

        foreach (string line in lines.Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0))
        {
            if (!line.StartsWith("include ", StringComparison.Ordinal))
            {
                yield return line;
                continue;
            }

            string pattern = Path.Combine("/etc", line["include ".Length..].Trim());
            string folder = Path.GetDirectoryName(pattern)!, name = Path.GetFileName(pattern);
            string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
            foreach (string path in files
                .Where(path => FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(path), ignoreCase: false))
                .Order(StringComparer.Ordinal)
                .SelectMany(path => includes > 0 ? Configured(path, includes - 1) : []))
            {
                yield return path;
            }
        }
    }
}
