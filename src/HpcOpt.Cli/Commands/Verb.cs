using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace HpcOpt.Cli.Commands;

/// <summary>A verb whose help closes with examples.</summary>
internal abstract class Verb(string name, string description, string examples) : Command(name, description)
{
    private string Examples => examples;

    /// <summary>Extends the help of <paramref name="root"/>, which is also that of its verbs.</summary>
    public static void AddExamplesToHelp(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int exitCode = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is Verb verb)
            {
                parseResult.InvocationConfiguration.Output.WriteLine(
                    $"Examples:\n  {verb.Examples.Replace("\n", "\n  ", StringComparison.Ordinal)}");
            }

            return exitCode;
        }
    }
}
