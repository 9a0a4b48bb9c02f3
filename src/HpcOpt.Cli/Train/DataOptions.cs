using HpcOpt.Cli.Commands;

namespace HpcOpt.Cli.Train;

/// <summary>The options of <see cref="DataSettings"/>.</summary>
internal static class DataOptions
{
    public static OptionGroup<TrainSettings> Source() => new()
    {
        {
            new("--data")
            {
                HelpName = "FILE",
                Description = "CSV, plain or gzip, with or without a header; Parquet; an array, .npy or IDX, with --target-data; or " +
                    $"svmlight, sparse, for softmax, if it ends in {SvmLightFile.Endings} [default: the embedded digits]",
            },
            (TrainSettings settings, string? file) => settings with { Data = settings.Data with { File = file } }
        },
        {
            new("--target") { HelpName = "COL", Description = "The column to predict: a name, a number from 1, or 'last'" },
            (TrainSettings settings, string? column) => settings with { Data = settings.Data with { Target = column } }
        },
        {
            new("--target-data") { HelpName = "FILE", Description = "The targets of an array: another .npy or IDX, one number a row" },
            (TrainSettings settings, string? file) => settings with { Data = settings.Data with { TargetFile = file } }
        },
        {
            new("--features") { HelpName = "A,B", Description = "The columns to predict it from [default: all others]" },
            (TrainSettings settings, string? columns) =>
                settings with { Data = settings.Data with { Features = columns!.Split(',', StringSplitOptions.TrimEntries) } }
        },
        {
            ParsedOption.Choice("--first-index", "What the indices of svmlight files count from [default: 1]", "1", "0"),
            (settings, index) => settings with { Data = settings.Data with { FirstIndex = index == "0" ? 0 : 1 } }
        },
        {
            ParsedOption.Choice("--header", "Whether the first row of the files holds names [default: auto]", "auto", "yes", "no"),
            (settings, header) => settings with { Data = settings.Data with { Header = header == "auto" ? null : header == "yes" } }
        },
    };

    public static OptionGroup<TrainSettings> Test() => new()
    {
        {
            new("--test-data") { HelpName = "FILE", Description = "Rows for the test accuracy, with the same columns" },
            (TrainSettings settings, string? file) => settings with { Data = settings.Data with { TestFile = file } }
        },
        {
            new("--test-target-data") { HelpName = "FILE", Description = "The targets of --test-data, where it is an array" },
            (TrainSettings settings, string? file) => settings with { Data = settings.Data with { TestTargetFile = file } }
        },
    };

    public static OptionGroup<TrainSettings> Shares() => new()
    {
        {
            ParsedOption.Number(
                "--validation-fraction", "X", "Rows that --patience sets aside at random, of those that are not for the test " +
                    $"[default: {DataSettings.DefaultValidationShare}]", "a number above 0 and less than 1", share => share is > 0 and < 1),
            (settings, share) => settings with { Data = settings.Data with { ValidationShare = share } }
        },
        {
            ParsedOption.Number(
                "--test-fraction", "X", $"Rows set aside at random for the test [default: {DataSettings.DefaultTestShare}; none with " +
                    "--test-data, or with --data and --batch full]", "a number from 0 to less than 1", share => share is >= 0 and < 1),
            (settings, share) => settings with { Data = settings.Data with { TestShare = share } }
        },
    };
}
