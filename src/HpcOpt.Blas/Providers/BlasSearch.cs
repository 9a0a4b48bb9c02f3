namespace HpcOpt.Blas.Providers;

/// <summary>A file that was found, and why it is not used if it is not.</summary>
internal sealed record SkippedLibrary(string File, string Problem);

/// <summary>The search for one kind of library, done once for the process: the first usable file of the folders in their order.</summary>
internal sealed class BlasSearch
{
    private static readonly Lazy<BlasSearch>[] Kinds =
    [
        new(() => new("mkl", "Intel MKL", ["libmkl_rt.so.2", "libmkl_rt.so.1", "libmkl_rt.so"],
            [.. LoaderFolders.OfApplication(), .. LoaderFolders.OfSystem(), .. LoaderFolders.OfOneApi()],
            "On Debian 12 and Ubuntu: apt-get install libmkl-rt (Debian: component non-free; Ubuntu: multiverse); on RHEL: "
            + "Intel's oneAPI repository, intel-oneapi-mkl; or the package MKL.NET.linux-x64 in the application.")),
        new(() => new("openblas", "OpenBLAS", ["libopenblas.so.0", "libopenblasp.so.0", "libopenblas.so"],
            [.. LoaderFolders.OfApplication(), .. LoaderFolders.OfSystem()],
            "On Debian and Ubuntu: apt-get install libopenblas0-pthread; on RHEL: dnf install openblas-threads (EPEL).")),
        new(() => new("blis", "BLIS", ["libblis.so.4", "libblis.so"], [.. LoaderFolders.OfApplication(), .. LoaderFolders.OfSystem()],
            "On Debian and Ubuntu: apt-get install libblis4-pthread.")),
    ];

    private BlasSearch(string name, string fullName, string[] files, string[] folders, string remedy)
    {
        (Name, FullName, Remedy) = (name, fullName, remedy);
        List<SkippedLibrary> skipped = [];
        string[] system = [.. LoaderFolders.OfSystem()];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string file in folders.SelectMany(folder => files.Select(file => Path.Combine(folder, file))).Where(File.Exists))
        {
            if (!seen.Add(new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file))
            {
                continue;
            }

            if (BlasLibrary.Open(file, system, out string? problem) is { } library)
            {
                Provider = new(library.Name, library.Version, library);
                break;
            }

            skipped.Add(new(file, problem!));
        }

        Skipped = skipped;
        Missing = Provider is not null ? null
            : skipped.Count > 0 ? $"{string.Join("; ", skipped.Select(one => $"{one.File} {one.Problem}"))}. {remedy}"
            : $"no {string.Join(", ", files)} in the application's folders, the loader's{(name == "mkl" ? " or oneAPI's" : "")}. {remedy}";
    }

    /// <summary>The name for <c>HPCOPT_BLAS</c>.</summary>
    public string Name { get; }

    public string FullName { get; }

    /// <summary>How to get it.</summary>
    public string Remedy { get; }

    /// <summary>What was found and can be used.</summary>
    public BlasProvider? Provider { get; }

    /// <summary>Files of this kind that cannot be used, before one that can.</summary>
    public IReadOnlyList<SkippedLibrary> Skipped { get; }

    /// <summary>Why there is none, and how to get it; null if there is one.</summary>
    public string? Missing { get; }

    /// <summary>That there is none, or the files that were passed over.</summary>
    public IEnumerable<UnusableProvider> Unusable =>
        Missing is null ? Skipped.Select(one => new UnusableProvider(Name, $"{one.File} {one.Problem}")) : [new(Name, Missing)];

    /// <summary>All kinds, in the order of preference.</summary>
    public static IEnumerable<BlasSearch> All => Kinds.Select(kind => kind.Value);

    /// <summary>Those of a name: others are not loaded.</summary>
    public static BlasSearch? Named(string name) =>
        Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is >= 0 and int i ? Kinds[i].Value : null;

    private static readonly string[] Names = ["mkl", "openblas", "blis"];
}
