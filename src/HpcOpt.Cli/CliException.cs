namespace HpcOpt.Cli;

/// <summary>What the process ends with; 128 plus the signal's number after a signal.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int CheckFailed = 1;
    public const int Usage = 2;
    public const int BadInput = 3;
    public const int MissingComponent = 4;
}

/// <summary>An error of the user's, not of the program's: the value, what was expected, and what to do, in one line.</summary>
internal sealed class CliException(int exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;

    /// <exception cref="CliException">The condition of the options does not hold.</exception>
    public static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new CliException(Cli.ExitCode.Usage, message);
        }
    }

    /// <summary>The first line of the message of an argument's exception, without the name of a parameter that no user has seen.</summary>
    public static string Sentence(ArgumentException e) => e.Message.Split(" (Parameter '", 2)[0].Split('\n', 2)[0];
}
