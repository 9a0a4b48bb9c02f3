using HpcOpt.Blas;

namespace HpcOpt.Cli.Commands;

/// <summary>The provider of linear algebra: <c>HPCOPT_BLAS</c>, or what a run that goes on had.</summary>
internal static class BlasOption
{
    /// <exception cref="CliException">The name is unknown, or the provider that it names cannot be used.</exception>
    public static LinearAlgebra Create(Execution execution, string? provider = null)
    {
        try
        {
            return new LinearAlgebra(provider, execution);
        }
        catch (DllNotFoundException e)
        {
            throw new CliException(ExitCode.MissingComponent, e.Message, e);
        }
        catch (InvalidOperationException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, CliException.Sentence(e), e);
        }
    }
}
