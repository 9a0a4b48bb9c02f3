using System.Text;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Report;
using HpcOpt.Training;
using Spectre.Console;

namespace HpcOpt.Cli.Train;

/// <summary>The runs of one call of <c>train</c>, one for each optimizer, and what is said of them.</summary>
internal sealed class TrainSession(TrainSettings settings, ITrainingData data, ConfiguredRule[] rules, Execution execution, IAnsiConsole screen)
{
    public int Run(Func<ConfiguredRule, IAnsiConsole, CancellationToken, TrainedRun> train, JsonReport json, OutputFile? page)
    {
        using StopSignals signals = new();
        List<TrainedRun> runs = [];
        foreach (ConfiguredRule rule in rules)
        {
            TrainedRun run = train(rule, rules.Length == 1 ? screen : Silent, signals.Token);
            runs.Add(run with { StopText = run.Result.Stop == StopReason.Canceled ? signals.Name : run.StopText });
            if (rules.Length > 1)
            {
                screen.WriteLine($"{runs.Count,2}/{rules.Length}  {Comparison.Line(run)}");
            }

            if (run.Result.Stop == StopReason.Canceled)
            {
                break;
            }
        }

        page?.Write(Encoding.UTF8.GetBytes(ReportPage.Html(settings, data, runs, execution)));
        return rules.Length == 1 ? EndOne(runs[0], json, signals) : EndAll(runs, json, signals);
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
