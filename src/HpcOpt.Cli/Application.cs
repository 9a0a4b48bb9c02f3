using System.CommandLine;
using System.CommandLine.Parsing;
using HpcOpt.Cli.Bench;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Doctor;
using HpcOpt.Cli.Figures;
using HpcOpt.Cli.Fingerprint;
using HpcOpt.Cli.LrFind;
using HpcOpt.Cli.Replay;
using HpcOpt.Cli.Schedules;
using HpcOpt.Cli.Train;
using HpcOpt.Engine;
using HpcOpt.Training;

namespace HpcOpt.Cli;

/// <summary>The tool: finds the verb, runs it, and turns what went wrong into one line and an exit code.</summary>
internal static class Application
{
    // One option is one token here, as in `--batch 32`; a file name may begin with @.
    private static readonly ParserConfiguration Parser = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        RootCommand root = Root();
        ParseResult parsed = root.Parse(args, Parser);
        try
        {
            if (parsed.Errors is [ParseError first, ..])
            {
                throw new CliException(ExitCode.Usage, Describe(first, parsed));
            }

            // Exceptions are described here, and signals by the verbs that have something to save.
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (CliException e)
        {
            error.WriteLine($"hpcopt: {e.Message}");
            return e.ExitCode;
        }
        catch (DataException e)
        {
            error.WriteLine($"hpcopt: {e.Message}");
            return ExitCode.BadInput;
        }
    }

    private static RootCommand Root()
    {
        RootCommand root = new("HpcOpt: optimizers for vectors of millions to billions of parameters. 'hpcopt VERB --help' explains each.")
        {
            new DoctorCommand(),
            new TrainCommand(),
            new LrFindCommand(),
            new ScheduleCommand(),
            new ReplayCommand(),
            new FingerprintCommand(),
            new FiguresCommand(),
            new BenchCommand(),
        };
        Verb.AddExamplesToHelp(root);
        return root;
    }

    private static string Describe(ParseError error, ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string help = command is RootCommand ? "hpcopt --help" : $"hpcopt {command.Name} --help";
        bool takesVerbs = command.Subcommands.Count > 0;
        if (parsed.UnmatchedTokens is not [string unknown, ..] || !(takesVerbs || unknown.StartsWith('-')))
        {
            return $"{error.Message.TrimEnd('.')}; see '{help}'.";
        }

        IEnumerable<Symbol> symbols = unknown.StartsWith('-') ? command.Options : command.Subcommands;
        return $"'{unknown}' is not known; expected, nearest first, "
            + $"{NearestNames.List(unknown, [.. symbols.Select(symbol => symbol.Name)])}; see '{help}'.";
    }
}
