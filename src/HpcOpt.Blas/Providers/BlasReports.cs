namespace HpcOpt.Blas;

/// <summary>How fast a provider multiplied matrices here, on one thread.</summary>
/// <param name="Provider">Who computed.</param>
/// <param name="Gigaflops">10⁹ operations a second.</param>
public sealed record MeasuredProvider(BlasProvider Provider, double Gigaflops);

/// <summary>A kind of library, or a file of it, that cannot be used here.</summary>
/// <param name="Name">The kind, by its name for <c>HPCOPT_BLAS</c>.</param>
/// <param name="Reason">The file and what is wrong with it, or where was looked in vain and how to get the library.</param>
public sealed record UnusableProvider(string Name, string Reason);
