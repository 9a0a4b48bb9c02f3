using System.Numerics;
using HpcOpt.Blas.Providers;

namespace HpcOpt.Blas;

/// <summary>Who computes: a library that was found on this machine, or this library's own code.</summary>
public sealed class BlasProvider
{
    internal BlasProvider(string name, string? version = null, BlasLibrary? library = null) =>
        (Name, Version, Library) = (name, version, library);

    /// <summary>This library's own code: blocked, vectorized, the same bits on every machine; several times slower than the best.</summary>
    public static BlasProvider Managed { get; } = new("managed");

    /// <summary>Every usable provider with its speed: searched for and measured once for the process, which takes a moment.</summary>
    public static IReadOnlyList<MeasuredProvider> Measured => BlasChoice.Measured;

    /// <summary>
    /// What cannot be used, and why: kinds of library of which none was found, and files that were passed over for a later one.
    /// </summary>
    public static IReadOnlyList<UnusableProvider> Unusable => [.. BlasSearch.All.SelectMany(kind => kind.Unusable)];

    /// <summary><c>mkl</c>, <c>openblas</c>, <c>blis</c>, <c>cblas</c> for another library, or <c>managed</c>.</summary>
    public string Name { get; }

    /// <summary>The library's version, if it tells.</summary>
    public string? Version { get; }

    /// <summary>The library's file; none for the managed provider.</summary>
    public string? File => Library?.File;

    /// <summary>None for the managed provider.</summary>
    internal BlasLibrary? Library { get; }

    /// <summary>Name, version and file.</summary>
    public override string ToString() =>
        string.Join(' ', new[] { Name, Version, File is null ? null : $"({File})" }.Where(part => part is not null));

    /// <summary>The operations on the caller's thread.</summary>
    /// <param name="execution">Whose path the managed ones take.</param>
    /// <param name="limit">The largest length that the library counts to.</param>
    internal Kernels<T> Kernels<T>(Execution execution, nint limit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Library is null ? new Kernels<T>(execution) : new LibraryKernels<T>(execution, Library, limit);
}
