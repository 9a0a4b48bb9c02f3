using System.Globalization;
using System.Net;
using System.Text;
using HpcOpt.Cli.Doctor;
using HpcOpt.Cli.Plots;
using HpcOpt.Cli.Train;
using HpcOpt.Training;

namespace HpcOpt.Cli.Report;

/// <summary>A page on runs of <c>train</c>, complete in one file: no script, no font and no picture from outside.</summary>
internal static class ReportPage
{
    private const int ChartWidth = 760;
    private const int ChartHeight = 400;

    private const string Style = """
        :root { color-scheme: light; }
        body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 1600px; margin: 2rem auto;
            padding: 0 1.5rem; }
        h1 { font-size: 1.7rem; margin-bottom: .2rem; }
        h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
        p.lead { color: #555; margin-top: 0; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)); gap: 1rem; }
        figure { margin: 0; border: 1px solid #e2e2e2; border-radius: 6px; padding: .5rem; }
        figure svg { width: 100%; height: auto; display: block; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .8rem; border-bottom: 1px solid #e6e6e6; text-align: right; white-space: nowrap; }
        th { font-weight: 600; border-bottom-color: #888; }
        td:first-child, th:first-child, td:last-child, th:last-child { text-align: left; }
        tr.best td { background: #fff8e1; }
        ul.key { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; list-style: none; padding: .4rem 0; margin: 0 0 .8rem;
            background: #fff; position: sticky; top: 0; }
        ul.key svg { width: 36px; height: 10px; margin-right: .4rem; vertical-align: middle; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; }
        dt { color: #666; }
        dd { margin: 0; overflow-wrap: anywhere; }
        """;

    public static string Html(TrainSettings settings, TrainData data, IReadOnlyList<TrainedRun> runs, Execution execution)
    {
        string title = runs.Count == 1 ? $"{runs[0].Report.Optimizer} on {Path.GetFileName(data.Name)}"
            : $"{runs.Count} optimizers on {Path.GetFileName(data.Name)}";
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            + $"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{Encoded(title)}</title>\n"
            + $"<style>\n{Style}\n</style>\n</head>\n<body>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Encoded(title)}</h1>\n<p class=\"lead\">{Encoded(Lead(settings, data))}</p>\n");
        page.Append("<h2>Comparison</h2>\n<div class=\"scroll\"><table id=\"comparison\">\n");
        Row("th", Comparison.Head, "");
        foreach ((int rank, TrainedRun run) in Comparison.Ranked(runs).Index())
        {
            Row("td", Comparison.Cells(run), rank == 0 && runs.Count > 1 ? " class=\"best\"" : "");
        }

        page.Append("</table></div>\n<h2>Curves</h2>\n");
        Key();
        page.Append("<div class=\"charts\">\n");
        foreach ((string id, LineChart chart) in Charts(runs))
        {
            page.Append(CultureInfo.InvariantCulture, $"<figure id=\"{id}\">\n{Inline(chart)}\n</figure>\n");
        }

        page.Append("</div>\n");
        List("Settings", Settings(settings, data, runs));
        List("Environment", Environment(execution));
        return page.Append("</body>\n</html>\n").ToString();

        void Row(string cell, string[] cells, string attributes) =>
            page.Append(CultureInfo.InvariantCulture,
                $"<tr{attributes}>{string.Concat(cells.Select(text => $"<{cell}>{Encoded(text)}</{cell}>"))}</tr>\n");

        void Key()
        {
            if (runs.Count == 1)
            {
                return;
            }

            page.Append("<ul class=\"key\">\n");
            foreach ((int i, TrainedRun run) in runs.Index())
            {
                (string color, string dashes) = LineChart.Stroke(i);
                page.Append(CultureInfo.InvariantCulture, $"<li><svg><line x1=\"0\" y1=\"5\" x2=\"36\" y2=\"5\" stroke=\"{color}\" "
                    + $"stroke-width=\"2.5\" stroke-dasharray=\"{dashes}\"/></svg>{Encoded(run.Report.Optimizer)}</li>\n");
            }

            page.Append("</ul>\n");
        }

        void List(string heading, IEnumerable<(string Name, string Value)> items)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{heading}</h2>\n<dl>\n");
            foreach ((string name, string value) in items)
            {
                page.Append(CultureInfo.InvariantCulture, $"<dt>{Encoded(name)}</dt><dd>{Encoded(value)}</dd>\n");
            }

            page.Append("</dl>\n");
        }
    }

    // Without the header of a file, and as wide as the page lets it be.
    private static string Inline(LineChart chart)
    {
        string svg = chart.Draw(ChartWidth, ChartHeight).ToSvg();
        return svg[svg.IndexOf("<svg", StringComparison.Ordinal)..]
            .Replace("<svg ", $"<svg viewBox=\"0 0 {ChartWidth} {ChartHeight}\" role=\"img\" aria-label=\"{Encoded(chart.Title)}\" ",
                StringComparison.Ordinal)
            .Trim();
    }

    private static string Lead(TrainSettings settings, TrainData data) => string.Create(CultureInfo.InvariantCulture,
        $"{settings.Model.Kind} model, {data.TrainRows:N0} rows to train "
            + $"on{(data.ValidationRows > 0 ? $", {data.ValidationRows:N0} to validate" : "")}, {data.TestRows:N0} to test on, "
            + $"{data.FeatureCount} features.");

    private static IEnumerable<(string Id, LineChart Chart)> Charts(IReadOnlyList<TrainedRun> runs)
    {
        yield return ("loss",
            Chart("Training loss", "mean loss of the epoch's batches", log: true, (epoch, run) => epoch.Loss * run.LossUnit));
        if (runs.Any(run => run.Result.History.Any(epoch => epoch.TestAccuracy is not null)))
        {
            yield return ("accuracy", Chart("Test accuracy", "share of rows", log: false, (epoch, _) => epoch.TestAccuracy ?? double.NaN));
        }

        if (runs.Any(run => run.Result.History.Any(epoch => epoch.TestLoss is not null)))
        {
            yield return ("test-loss",
                Chart("Test loss", "mean loss", log: true, (epoch, run) => (epoch.TestLoss ?? double.NaN) * run.LossUnit));
        }

        yield return ("learning-rate",
            Chart("Learning rate", "rate of the epoch's last step", log: runs.Count > 1, (epoch, _) => epoch.LearningRate));
        yield return ("gradient-norm",
            Chart("Gradient norm", "of the epoch's last batch, in standard units", log: true, (epoch, _) => epoch.GradientNorm));
        yield return ("throughput", Chart("Throughput of the optimizer", "million parameters a second", log: false,
            (epoch, run) => run.EpochThroughputs[epoch.Epoch - 1] / 1e6));

        LineChart Chart(string title, string label, bool log, Func<EpochRecord, TrainedRun, double> value) => new()
        {
            Title = title,
            XLabel = "epoch",
            YLabel = label,
            LogY = log,
            HasLegend = false,
            Series = [.. runs.Select(run => new Series(
                run.Report.Optimizer,
                [.. run.Result.History.Select(epoch => (double)epoch.Epoch)],
                [.. run.Result.History.Select(epoch => value(epoch, run))]))],
        };
    }

    private static IEnumerable<(string Name, string Value)> Settings(TrainSettings settings, TrainData data, IReadOnlyList<TrainedRun> runs)
    {
        TrainReport first = runs[0].Report;
        yield return ("data", data.Name);
        yield return ("target", settings.Data.TargetName);
        yield return ("features", data.FeatureText);
        yield return ("batches", $"{first.Batch} rows, sampler {first.Sampler}");
        yield return ("schedule", first.Schedule ?? "constant");
        yield return ("most epochs", settings.Options.MaxEpochs.ToString("N0", CultureInfo.InvariantCulture));
        yield return ("seed", $"{first.Seed}");
        yield return ("precision", first.Precision);
        foreach (TrainReport report in runs.Select(run => run.Report))
        {
            IEnumerable<string> pairs = report.Hyperparameters.Select(
                pair => $"{pair.Key} {Convert.ToString(pair.Value, CultureInfo.InvariantCulture)}");
            yield return (report.Optimizer, string.Join(", ", pairs).ToLowerInvariant());
        }
    }

    private static IEnumerable<(string Name, string Value)> Environment(Execution execution)
    {
        MachineReport machine = MachineReport.Of(execution);
        yield return ("CPU", machine.Cpu);
        yield return ("path", machine.SelectedPath);
        yield return ("threads", $"{machine.Threads}: {machine.ThreadsReason}");
        yield return ("system", machine.Os);
        yield return ("run-time", machine.Dotnet);
        yield return ("HpcOpt", typeof(Optimizer<>).Assembly.GetName().Version?.ToString(3) ?? "");
        yield return ("written", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
