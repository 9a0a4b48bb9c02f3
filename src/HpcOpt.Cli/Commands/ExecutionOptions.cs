using System.CommandLine;

namespace HpcOpt.Cli.Commands;

/// <summary><c>--path</c> and <c>--threads</c>, which change no result.</summary>
internal sealed class ExecutionOptions
{
    private readonly Option<string?> _path = new("--path")
    {
        HelpName = string.Join('|', ExecutionPath.All),
        Description = "How vectors are swept; the same bits on every path [default: HPCOPT_PATH, or the fastest]",
    };

    private readonly Option<int?> _threads = ParsedOption.Count(
        "--threads", "At most so many threads, and never more than affinity allows [default: HPCOPT_NUM_THREADS, OMP_NUM_THREADS, "
            + "SLURM_CPUS_PER_TASK, or all CPUs]");

    public void AddTo(Command command)
    {
        command.Add(_path);
        command.Add(_threads);
    }

    public Execution Create(ParseResult result) => Create(result.GetValue(_path), result.GetValue(_threads));

    /// <exception cref="CliException">The path is unknown or not supported, or the environment holds something invalid.</exception>
    public static Execution Create(string? path, int? threads)
    {
        try
        {
            return new Execution(path is null ? null : ExecutionPath.Parse(path), threads);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, $"--path: {CliException.Sentence(e)}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
    }
}
