using System.CommandLine;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Plots;
using Spectre.Console;

namespace HpcOpt.Cli.Schedules;

/// <summary><c>hpcopt schedule</c>: the rates of a schedule as a table and a plot.</summary>
internal sealed class ScheduleCommand : Verb
{
    private readonly Argument<string?> _text = new("TEXT")
    {
        Description = "name:setting=value,…; '+' joins schedules, each but the last for its own steps or for those after '@'",
        Arity = ArgumentArity.ZeroOrOne, // its absence is answered here
    };

    private readonly Option<int?> _steps = ParsedOption.Count("--steps", "How many steps to show [default: 1000]");
    private readonly Option<double?> _rate = ParsedOption.NotNegative("--lr", "Learning rate that the factors multiply [default: 1]");
    private readonly Option<string?> _plot = new("--plot") { HelpName = "FILE", Description = "The curve as a picture, .png or .svg" };
    private readonly Option<string?> _json = JsonReport.Option();

    public ScheduleCommand()
        : base("schedule", "Prints and plots the learning rate of each step under a schedule, as 'hpcopt train --schedule TEXT' takes it. "
            + $"The schedules with all their settings:\n  {string.Join("\n  ", Schedule.Examples)}\n"
            + "Settings that the text leaves out have the values shown, but for tau of robbins-monro, every, at, steps, warmup, decay and "
            + "the gamma of exponential, which are needed.", """
            hpcopt schedule cosine:steps=1000 --lr 0.1
            hpcopt schedule warmup:steps=100+cosine:steps=900,floor=0.05 --steps 1200
            hpcopt schedule one-cycle:steps=1000 --plot cycle.png
            hpcopt schedule constant@500+exponential:gamma=0.995 --json
            """)
    {
        Add(_text);
        Add(_steps);
        Add(_rate);
        Add(_plot);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        string text = result.GetValue(_text) ?? throw new CliException(
            ExitCode.Usage, "schedule needs a TEXT such as cosine:steps=1000; see 'hpcopt schedule --help'.");
        Schedule schedule = ParsedOption.ReadSchedule(text, "TEXT")!;
        ScheduleCurve curve = new(schedule, result.GetValue(_rate) ?? 1, result.GetValue(_steps) ?? 1000);
        PlotFile? plot = result.GetValue(_plot) is { } path ? new("--plot", path) : null;
        using JsonReport report = JsonReport.Create(result, _json);
        plot?.Write(Picture(schedule, curve));
        report.Write(
            new { schedule = schedule.ToString(), curve.LearningRate, curve.Steps, points = curve.Points(ScheduleCurve.ReportedPoints) });
        if (!report.TakesOutput)
        {
            IAnsiConsole screen = Screen.On(result.InvocationConfiguration.Output);
            screen.WriteRows([("schedule", schedule.ToString()!), ("learning rate", $"{curve.LearningRate}"), .. Notes(schedule)]);
            foreach (string line in (string[])["", .. ScheduleTable.Lines(curve), "", .. TextPlot.Lines(curve)])
            {
                screen.WriteLine(line);
            }
        }

        return ExitCode.Done;
    }

    private static Picture Picture(Schedule schedule, ScheduleCurve curve)
    {
        SchedulePoint[] points = [.. curve.Points(ScheduleCurve.ReportedPoints)];
        return new LineChart
        {
            Title = schedule.ToString()!,
            XLabel = "step",
            YLabel = "learning rate",
            Series = [new("rate", [.. points.Select(point => (double)point.Step)], [.. points.Select(point => point.Rate)])],
        }.Draw(900, 420);
    }

    private static IEnumerable<(string Name, string Value)> Notes(Schedule schedule) =>
        schedule is ReduceOnPlateauSchedule
            || (schedule is SequenceSchedule sequence && sequence.Parts.Any(part => part is ReduceOnPlateauSchedule))
            ? [("note", "plateau follows the losses of a run; shown is what it does as long as they improve")]
            : [];
}
