using HpcOpt.Training;
using Spectre.Console;

namespace HpcOpt.Cli.Train;

/// <summary>Shows a run while it goes on: a bar on a terminal, elsewhere at most some twenty lines.</summary>
internal static class ProgressView
{
    private const int Lines = 20;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs <paramref name="train"/>, which reports its progress to its argument.</summary>
    public static TrainingResult Run(
        IAnsiConsole screen, TrainingOptions options, double lossUnit, Func<Action<TrainingProgress>, TrainingResult> train) =>
        screen.Profile.Capabilities is { Interactive: true, Ansi: true }
            ? RunWithBar(screen, options, lossUnit, train)
            : RunWithLines(screen, options, lossUnit, train);

    private static TrainingResult RunWithBar(
        IAnsiConsole screen, TrainingOptions options, double lossUnit, Func<Action<TrainingProgress>, TrainingResult> train) =>
        screen.Progress()
            .AutoRefresh(false) // no thread beside the kernels
            .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                ProgressTask bar = context.AddTask("epoch 0", maxValue: 1);
                TimeSpan shown = -RefreshInterval;
                TrainingProgress last = default;
                TrainingResult result = train(progress =>
                {
                    last = progress;
                    if (progress.Elapsed - shown >= RefreshInterval)
                    {
                        shown = progress.Elapsed;
                        Show();
                    }
                });
                Show();
                return result;

                void Show()
                {
                    bar.Value = last.Share;
                    bar.Description = Describe(last, options, lossUnit);
                    context.Refresh();
                }
            });

    private static TrainingResult RunWithLines(
        IAnsiConsole screen, TrainingOptions options, double lossUnit, Func<Action<TrainingProgress>, TrainingResult> train)
    {
        int lines = 0;
        return train(progress =>
        {
            if (progress.EpochEnded && (lines == 0 || progress.Share * Lines >= lines + 1))
            {
                lines = Math.Max(1, (int)(progress.Share * Lines));
                screen.WriteLine(Describe(progress, options, lossUnit));
            }
        });
    }

    private static string Describe(in TrainingProgress progress, TrainingOptions options, double lossUnit)
    {
        double seconds = progress.Elapsed.TotalSeconds;
        double remaining = Math.Min(seconds * (1 / progress.Share - 1), TimeSpan.MaxValue.TotalSeconds / 2);
        string left = progress.Share > 0 ? $"{TimeSpan.FromSeconds(remaining):h\\:mm\\:ss}" : "?";
        string rate = seconds > 0 ? $"{progress.Step / seconds:N0}" : "?";
        return $"epoch {progress.Epoch}/{options.MaxEpochs}  loss {progress.Loss * lossUnit:G4}  {rate} steps/s  {left} left";
    }
}
