using HpcOpt.Blas;

namespace HpcOpt.Cli.Doctor;

/// <summary>Who multiplies matrices, why, how fast each one was on one thread, and who is missing.</summary>
internal sealed record BlasReport(
    string Provider, string? Version, string? File, string Reason, IReadOnlyList<BlasProviderReport> Measured,
    IReadOnlyList<MissingBlasReport> NotUsable)
{
    private const string Variable = "HPCOPT_BLAS";

    public static BlasReport Of(LinearAlgebra algebra)
    {
        string? variable = Environment.GetEnvironmentVariable(Variable);
        BlasProvider chosen = algebra.Provider;
        return new(
            chosen.Name,
            chosen.Version,
            chosen.File,
            string.IsNullOrEmpty(variable) || variable.Equals("auto", StringComparison.OrdinalIgnoreCase)
                ? "measured; MKL unless another is more than 10% faster" : $"{Variable}={variable}",
            [.. BlasProvider.Measured.Select(
                one => new BlasProviderReport(one.Provider.Name, one.Provider.Version, one.Provider.File, Math.Round(one.Gigaflops, 1)))],
            [.. BlasProvider.Unusable.Select(one => new MissingBlasReport(one.Name, one.Reason))]);
    }

    /// <summary>The rows of the text.</summary>
    public IEnumerable<(string Name, string Value)> Rows()
    {
        yield return ("BLAS", $"{Name(Provider, Version, File)}: {Reason}");
        foreach (BlasProviderReport one in Measured)
        {
            yield return ($"BLAS {one.Provider}",
                $"{one.Gigaflops} GFLOP/s on one thread{(one.File is null ? "" : $", {Name(null, one.Version, one.File)}")}");
        }

        foreach (MissingBlasReport one in NotUsable)
        {
            yield return ($"BLAS {one.Provider}", $"not usable: {one.Reason}");
        }
    }

    private static string Name(string? provider, string? version, string? file) =>
        string.Join(' ', new[] { provider, version, file is null ? null : $"({file})" }.Where(part => part is not null));
}

internal sealed record BlasProviderReport(string Provider, string? Version, string? File, double Gigaflops);

internal sealed record MissingBlasReport(string Provider, string Reason);
