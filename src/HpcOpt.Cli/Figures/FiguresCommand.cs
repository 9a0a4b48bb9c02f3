using System.CommandLine;
using System.Text.Json;
using HpcOpt.Cli.Commands;

namespace HpcOpt.Cli.Figures;

/// <summary><c>hpcopt figures</c>: draws the chapter's two figures and writes the paths in them.</summary>
internal sealed class FiguresCommand : Verb
{
    private static readonly string[] PictureEndings = [".png", ".svg"];

    private readonly Option<string> _out = new("--out")
    {
        HelpName = "DIR",
        Description = "Folder for the files, created if need be",
        Required = true,
    };

    private readonly Option<string?> _json = JsonReport.Option();

    public FiguresCommand()
        : base("figures", "Runs gradient descent, SGD, Momentum, AdaGrad, RMSprop and Adam on the two surfaces of the chapter's figures "
            + "4.1 and 4.2, and writes fig4_1 and fig4_2 as PNG and SVG, and every point of the paths as paths.json, which --json reports "
            + "too. Needs neither display nor fonts.", """
            hpcopt figures --out figures
            """)
    {
        Add(_out);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        OutputFolder folder = new("--out", result.GetRequiredValue(_out));
        using JsonReport report = JsonReport.Create(result, _json);
        OrderedDictionary<string, OrderedDictionary<string, Descent>> paths = new(StringComparer.Ordinal);
        List<(string Name, byte[] Content)> files = [];
        foreach (Figure figure in ChapterFigures.All)
        {
            OrderedDictionary<string, Descent> descents =
                new(figure.Panels.Select(panel => KeyValuePair.Create(panel.Key, Descent.Run(figure, panel))), StringComparer.Ordinal);
            paths.Add(figure.Key, descents);
            Plots.Picture picture = FigurePicture.Draw(figure, descents.Values);
            files.AddRange(PictureEndings.Select(ending => (figure.Key + ending, picture.Encode(ending))));
        }

        files.Add(("paths.json", JsonSerializer.SerializeToUtf8Bytes(paths, JsonReport.Format)));
        folder.Write(files);
        report.Write(paths);
        if (!report.TakesOutput)
        {
            Screen.On(result.InvocationConfiguration.Output).WriteRows(
            [
                .. paths.SelectMany(figure => figure.Value.Select(panel => ($"{figure.Key} {panel.Key}",
                    $"{panel.Value.Steps} steps to ({panel.Value.End[0]:0.####}, {panel.Value.End[1]:0.####})"))),
                .. files.Select(file => ("written", Path.Combine(result.GetRequiredValue(_out), file.Name))),
            ]);
        }

        return ExitCode.Done;
    }
}
