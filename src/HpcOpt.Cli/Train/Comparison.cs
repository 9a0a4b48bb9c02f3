using System.Globalization;
using HpcOpt.Cli.Commands;

namespace HpcOpt.Cli.Train;

/// <summary>Several optimizers on the same data, the best first.</summary>
internal static class Comparison
{
    public static readonly string[] Head = ["optimizer", "learning rate", "final loss", "test", "steps", "seconds", "million parameters/s",
        "state, bytes/parameter", "bytes/step", "stopped"];

    /// <summary>By test accuracy, then by the loss of the test, then by the training's; what is not a number comes last.</summary>
    public static IEnumerable<TrainedRun> Ranked(IEnumerable<TrainedRun> runs) => runs
        .OrderByDescending(run => run.Report.TestAccuracy ?? 0)
        .ThenBy(run => run.Report.TestLoss is { } loss && double.IsFinite(loss) ? loss : double.MaxValue)
        .ThenBy(run => double.IsFinite(run.Report.TrainLoss) ? run.Report.TrainLoss : double.MaxValue);

    public static string[] Cells(TrainedRun run) =>
    [
        run.Report.Optimizer,
        run.Report.LearningRate is { } rate ? Text($"{rate:G4}") : "-",
        Text($"{run.Report.TrainLoss:G4}"),
        run.Report.TestAccuracy is { } accuracy ? Text($"{accuracy:P1}") : run.Report.TestLoss is { } loss ? Text($"{loss:G4}") : "-",
        Text($"{run.Report.Steps:N0}"),
        Text($"{run.Report.Seconds:F2}"),
        Text($"{run.Throughput / 1e6:F1}"),
        Text($"{run.StateBytesPerParameter:0.##}"),
        run.BytesPerParameter is { } bytes ? Text($"{bytes:0.##}") : "-",
        run.StopText,
    ];

    public static string Line(TrainedRun run) => Text($"{run.Report.Optimizer,-20} loss {run.Report.TrainLoss,-10:G4} {run.StopText}");

    public static IEnumerable<string> Table(IEnumerable<TrainedRun> runs) => TextTable.Lines(Head, Ranked(runs).Select(Cells));

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture).Replace(" %", "%", StringComparison.Ordinal);
}
