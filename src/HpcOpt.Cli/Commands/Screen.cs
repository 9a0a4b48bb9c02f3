using Spectre.Console;

namespace HpcOpt.Cli.Commands;

/// <summary>Text for people: colours and a live bar on a terminal, plain lines elsewhere.</summary>
internal static class Screen
{
    // Long enough for any line here: what is redirected must not be folded.
    private const int NoFolding = 1000;

    public static IAnsiConsole On(TextWriter writer)
    {
        AnsiConsoleOutput output = new(writer);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = output.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = output.IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,

            // Those would take the log of a continuous integration for a terminal.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        if (!output.IsTerminal)
        {
            console.Profile.Width = NoFolding;
        }

        return console;
    }

    /// <summary>Names on the left, values on the right.</summary>
    public static void WriteRows(this IAnsiConsole console, IReadOnlyCollection<(string Name, string Value)> rows)
    {
        int width = rows.Max(row => row.Name.Length);
        foreach ((string name, string value) in rows)
        {
            console.MarkupLineInterpolated($"[bold]{name.PadRight(width)}[/]   {value}");
        }
    }
}
