namespace HpcOpt.Cli.Train;

/// <summary>Where the rows come from; null means the embedded digits, or what the file itself says.</summary>
internal sealed record DataSettings
{
    public const double DefaultTestShare = 0.2;
    public const double DefaultValidationShare = 0.1;

    private const string BothTests = "--test-fraction and --test-data both give the test rows; leave one out.";

    public string? File { get; init; }

    /// <summary>The column to predict.</summary>
    public string? Target { get; init; }

    /// <summary>The targets, where <see cref="File"/> is an array.</summary>
    public string? TargetFile { get; init; }

    public string[]? Features { get; init; }

    /// <summary>What the indices of svmlight files count from.</summary>
    public int FirstIndex { get; init; } = 1;

    public bool? Header { get; init; }

    public string? TestFile { get; init; }

    public string? TestTargetFile { get; init; }

    /// <summary>Share of the rows set aside for the test; see <see cref="TrainSettings.TestShare"/>.</summary>
    public double? TestShare { get; init; }

    /// <summary>Share of the other rows set aside for the validation loss; see <see cref="TrainSettings.ValidationShare"/>.</summary>
    public double? ValidationShare { get; init; }

    public bool IsSparse => SvmLightFile.IsMeant(File);

    /// <summary>What the rows are called.</summary>
    public string Name => File ?? "embedded digits";

    /// <summary>What is predicted.</summary>
    public string TargetName => Target ?? TargetFile ?? "last";

    /// <exception cref="CliException">Options do not go together.</exception>
    public void Check(ModelKind? model, SamplerChoice? sampler)
    {
        if (File is null)
        {
            string? lonely = this switch
            {
                { Target: not null } => "--target",
                { TargetFile: not null } => "--target-data",
                { Features: not null } => "--features",
                { TestFile: not null } => "--test-data",
                { TestTargetFile: not null } => "--test-target-data",
                { Header: not null } => "--header",
                _ => null,
            };
            CliException.Require(lonely is null, $"{lonely} is given without --data; add --data FILE, or leave it out to train on the " +
                "embedded digits.");
            return;
        }

        CliException.Require(
            TestFile is null || SvmLightFile.IsMeant(TestFile) == IsSparse,
            $"--data {File} and --test-data {TestFile} are of different formats; svmlight files end in {SvmLightFile.Endings}.");
        if (IsSparse)
        {
            CheckSparse(model, sampler);
        }
        else
        {
            CheckTargets();
            CliException.Require(TargetFile is not null || Target is not null, $"--target is missing; name the column of {File} to " +
                "predict, by its name, its number from 1, or 'last'.");
            CliException.Require(model is not null, "--model is missing; choose linear for a target that is a number, logistic for 0 " +
                "and 1, softmax for classes, poisson for counts, mlp for a network.");
        }

        CliException.Require(TestFile is null || TestShare is null, BothTests);
    }

    private void CheckSparse(ModelKind? model, SamplerChoice? sampler)
    {
        string? ofColumns = this switch
        {
            { Target: not null } => "--target",
            { TargetFile: not null } => "--target-data",
            { TestTargetFile: not null } => "--test-target-data",
            { Features: not null } => "--features",
            { Header: not null } => "--header",
            _ => sampler?.Column is null ? null : $"--sampler {sampler}",
        };
        CliException.Require(ofColumns is null, $"{ofColumns} is of columns, which the svmlight file {File} has not: each line begins " +
            "with its label; leave it out.");
        CliException.Require(model is null or ModelKind.Softmax, $"--model is {model.ToString()?.ToLowerInvariant()}; for the svmlight " +
            $"file {File} expected softmax.");
    }

    // An array has no columns to choose from: its rows are the features, and the targets are another array.
    private void CheckTargets()
    {
        bool isArray = TargetFile is not null;
        string? column = Target is not null ? "--target" : Features is not null ? "--features" : Header is not null ? "--header" : null;
        CliException.Require(!isArray || column is null, $"{column} belongs to a table; with --target-data every number of a row of " +
            $"--data is a feature; leave {column} out.");
        CliException.Require(
            (isArray && TestFile is not null) == (TestTargetFile is not null),
            isArray && TestFile is not null
                ? $"--test-target-data is missing; name the array with the targets of {TestFile}."
                : "--test-target-data belongs to an array as --test-data, beside --data with --target-data; leave it out.");
    }
}
