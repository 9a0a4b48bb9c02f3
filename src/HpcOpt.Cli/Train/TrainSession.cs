using System.Text;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Report;
using HpcOpt.Training;
using Spectre.Console;

namespace HpcOpt.Cli.Train;

/// <summary>The runs of one call of <c>train</c>, one for each optimizer, and what is said of them.</summary>
internal sealed class TrainSession(TrainSettings settings, TrainData data, Execution execution, IAnsiConsole screen)
{
    /// <param name="trainings">For each optimizer its name and what trains with it.</param>
    /// <param name="json">Where the report goes.</param>
    /// <param name="page">Where the page goes; null without one.</param>
    public int Run(
        IReadOnlyList<(string Name, Func<IAnsiConsole, CancellationToken, TrainedRun> Train)> trainings, JsonReport json, OutputFile? page)
    {
        using StopSignals signals = new();
        List<TrainedRun> runs = [];
        for (int i = 0; i < trainings.Count; i++)
        {
            TrainedRun run;
            try
            {
                run = trainings[i].Train(trainings.Count == 1 ? screen : Silent, signals.Token);
            }
            catch (CliException e) when (trainings.Count > 1)
            {
                // Not made for this model, which most others are.
                screen.WriteLine($"{i + 1,2}/{trainings.Count}  {trainings[i].Name,-20} left out: {e.Message}");
                continue;
            }

            runs.Add(run with { StopText = run.Result.Stop == StopReason.Canceled ? signals.Name : run.StopText });
            if (trainings.Count > 1)
            {
                screen.WriteLine($"{i + 1,2}/{trainings.Count}  {Comparison.Line(run)}");
            }

            if (run.Result.Stop == StopReason.Canceled)
            {
                break;
            }
        }

        page?.Write(Encoding.UTF8.GetBytes(ReportPage.Html(settings, data, runs, execution)));
        return trainings.Count == 1 ? EndOne(runs[0], json, signals) : EndAll(runs, json, signals);
    }

    private int EndOne(TrainedRun run, JsonReport json, StopSignals signals)
    {
        screen.WriteRows([.. Summary.Rows(data, run)]);
        json.Write(run.Report);
        return run.Result.Stop switch
        {
            StopReason.NonFiniteLoss => throw new CliException(ExitCode.CheckFailed, $"--lr is {run.Report.LearningRate}: {run.Result}."),
            StopReason.Canceled => signals.ExitCode,
            _ => ExitCode.Done,
        };
    }

    // An optimizer that diverges is a result of the comparison, no failure.
    private int EndAll(List<TrainedRun> runs, JsonReport json, StopSignals signals)
    {
        screen.WriteLine();
        foreach (string line in Comparison.Table(runs))
        {
            screen.WriteLine(line);
        }

        json.Write(new { runs = runs.Select(run => run.Report) });
        return runs[^1].Result.Stop == StopReason.Canceled ? signals.ExitCode : ExitCode.Done;
    }

    private static IAnsiConsole Silent => Screen.On(TextWriter.Null);
}
