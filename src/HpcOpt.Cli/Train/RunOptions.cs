using HpcOpt.Cli.Commands;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>The options that say how rows become steps, and when a run ends.</summary>
internal static class RunOptions
{
    public static OptionGroup<TrainSettings> Batches() => new()
    {
        {
            ParsedOption.Create<int?>("--batch", "N|full", "Rows for one step [default: 32; of svmlight files " +
                $"{TrainSettings.SparseBatch}]", "a whole number from 1, or 'full'", TryBatch),
            (settings, rows) => settings with { Batch = rows }
        },
        {
            new("--sampler")
            {
                HelpName = "NAME[:COL]",
                Description = $"How batches are drawn: {SamplerChoice.Forms}; COL holds the time of blocks, the clusters that stay " +
                    "together, or the strata [default: partition]",
            },
            (TrainSettings settings, string? text) => settings with { Sampler = SamplerChoice.Parse(text!) }
        },
        {
            ParsedOption.Seed("Fixes the split, the order of the rows, and a network's weights and dropout [default: 0]"),
            (settings, seed) => settings with { Seed = seed }
        },
        {
            ParsedOption.Choice("--precision", "Of parameters and data [default: f32; with --batch full f64]", "f32", "f64"),
            (settings, name) => settings with { Precision = name }
        },
    };

    public static OptionGroup<TrainSettings> Accumulation() => new()
    {
        {
            ParsedOption.Count("--accumulate", "Batches whose mean gradient is taken for one step [default: 1]"),
            (settings, batches) => settings with { Run = settings.Run with { Accumulate = batches!.Value } }
        },
    };

    public static OptionGroup<TrainSettings> Ends() => new()
    {
        {
            ParsedOption.Count("--epochs", $"The most passes over the data, for {LbfgsOptions.Name} iterations [default: " +
                $"{TrainSettings.MiniBatchEpochs}; with --batch full {TrainSettings.FullBatchEpochs}]"),
            (settings, epochs) => settings with { Epochs = epochs }
        },
        {
            ParsedOption.Count("--max-steps", "The most steps"),
            (settings, steps) => settings with { Run = settings.Run with { MaxSteps = steps } }
        },
        {
            ParsedOption.NotNegative(
                "--tolerance", "Stop when the loss of an epoch differs from the last by at most X, relatively [default: off]; with " +
                    "--batch full, when the norm of the gradient in standard units is at most X [default: " +
                    $"{TrainSettings.DefaultTolerance}; for {LbfgsOptions.Name} {LbfgsOptions.DoubleTolerance}, with f32 " +
                    $"{LbfgsOptions.SingleTolerance}]"),
            (settings, tolerance) => settings with { Tolerance = tolerance }
        },
        {
            ParsedOption.Number(
                "--target-loss", "X", "Stop when the loss of an epoch is at most X [default: off]", "a finite number", double.IsFinite),
            (settings, loss) => settings with { Run = settings.Run with { TargetLoss = loss } }
        },
        {
            ParsedOption.NotNegative("--parameter-tolerance", "Stop when an epoch changes the parameters by at most X, relatively " +
                "[default: off]"),
            (settings, tolerance) => settings with { Run = settings.Run with { ParameterTolerance = tolerance } }
        },
        {
            ParsedOption.Number(
                "--stall", "X", "Stop when the effective learning rate of every parameter, its change over its gradient, is below X " +
                    "[default: off]", "a finite number above 0", rate => rate > 0 && double.IsFinite(rate)),
            (settings, rate) => settings with { Run = settings.Run with { StalledRate = rate } }
        },
        {
            ParsedOption.Count("--patience", "Stop after N epochs without a better loss over validation rows, and return the best " +
                "epoch's parameters [default: off]"),
            (settings, epochs) => settings with { Run = settings.Run with { Patience = epochs } }
        },
    };

    private static bool TryBatch(string text, out int? batch)
    {
        batch = TrainingOptions.FullBatch;
        return text.Equals("full", StringComparison.OrdinalIgnoreCase) || ParsedOption.TryCount(text, out batch);
    }
}
