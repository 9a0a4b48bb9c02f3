using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

internal enum ModelKind
{
    Linear,
    Logistic,
    Softmax,
    Poisson,
    Mlp,
}

/// <summary>The options as given; null where absent.</summary>
internal sealed record TrainArguments
{
    public string? Data { get; init; }

    public string? Target { get; init; }

    /// <summary>The targets, where <see cref="Data"/> is an array.</summary>
    public string? TargetData { get; init; }

    public string[]? Features { get; init; }

    public string? TestData { get; init; }

    public string? TestTargetData { get; init; }

    public bool? Header { get; init; }

    public string? Model { get; init; }

    public int? Batch { get; init; }

    public int? Epochs { get; init; }

    public long? MaxSteps { get; init; }

    public double? Tolerance { get; init; }

    public double? TargetLoss { get; init; }

    public double? ParameterTolerance { get; init; }

    public double? Stall { get; init; }

    public int? Patience { get; init; }

    public double? ValidationFraction { get; init; }

    public string? Sampler { get; init; }

    /// <summary>Whether the test rows are evaluated after each epoch, for a page of curves.</summary>
    public bool EvaluateEachEpoch { get; init; }

    public double? TestFraction { get; init; }

    public ulong Seed { get; init; }

    public string? Precision { get; init; }

    /// <summary>What the indices of svmlight files count from.</summary>
    public int FirstIndex { get; init; } = 1;

    /// <summary>Null for other models than <see cref="ModelKind.Mlp"/>.</summary>
    public PerceptronArguments? Perceptron { get; init; }

    /// <summary>Of the optimizer's state.</summary>
    public Func<string, Storage> Storage { get; init; } = _ => new Storage();
}

/// <summary>The options with their defaults, which depend on each other.</summary>
/// <param name="Given">The options.</param>
/// <param name="Target">The column to predict.</param>
/// <param name="Model">The model.</param>
/// <param name="TestFraction">Share of the rows set aside; 0 trains on all.</param>
/// <param name="ValidationFraction">Share of the other rows set aside for the validation loss; 0 for none.</param>
/// <param name="Sampler">How batches are drawn; null means a random partition.</param>
/// <param name="SinglePrecision">f32 or f64.</param>
/// <param name="Storage">In how many bits the optimizer keeps its state.</param>
/// <param name="Options">Batches and end.</param>
internal sealed record TrainSettings(
    TrainArguments Given,
    string Target,
    ModelKind Model,
    double TestFraction,
    double ValidationFraction,
    SamplerChoice? Sampler,
    bool SinglePrecision,
    Storage Storage,
    TrainingOptions Options)
{
    public const int MiniBatchEpochs = 30;
    public const int FullBatchEpochs = 10_000;
    public const int SparseBatch = 16;
    public const double DefaultTolerance = 1e-6;
    public const double DefaultTestFraction = 0.2;
    public const double DefaultValidationFraction = 0.1;

    private const string BothTests = "--test-fraction and --test-data both give the test rows; leave one out.";

    public bool IsSparse => SvmLightFile.IsMeant(Given.Data);

    public TargetKind TargetKind => Model switch
    {
        ModelKind.Linear => TargetKind.Value,
        ModelKind.Logistic => TargetKind.ZeroOne,
        ModelKind.Poisson => TargetKind.Count,
        ModelKind.Mlp when !Given.Perceptron!.HasClasses => TargetKind.Value,
        _ => TargetKind.Class,
    };

    /// <summary>The same with all lower units.</summary>
    public TrainSettings WithoutDropout() => Given.Perceptron is not { } perceptron ? this
        : this with { Given = Given with { Perceptron = perceptron with { Network = perceptron.Network with { Dropout = 0 } } } };

    /// <exception cref="CliException">Options do not go together.</exception>
    public static TrainSettings Create(TrainArguments given)
    {
        CheckData(given);

        // A full batch of one's own data asks for estimates: of all rows, and exact.
        SamplerChoice? sampler = given.Sampler is null ? null : SamplerChoice.Parse(given.Sampler);
        Require(sampler?.Column is null || given.Data is not null, $"--sampler {sampler} names a column without --data; add --data FILE, or leave the column out.");
        Require(
            given.ValidationFraction is null || given.Patience is not null,
            "--validation-fraction is given without --patience, which alone looks at the validation rows; add it, or leave the fraction out.");
        int? batch = sampler is null ? given.Batch : sampler.Batch(given.Batch);
        bool full = batch == TrainingOptions.FullBatch;
        double defaultFraction = given.TestData is not null || (full && given.Data is not null) ? 0 : DefaultTestFraction;
        double? tolerance = given.Tolerance ?? (full ? DefaultTolerance : null);
        bool single = given.Precision is null ? !full : given.Precision == "f32";
        return new(
            given,
            given.Target ?? given.TargetData ?? "last",
            given.Model is null ? ModelKind.Softmax : Enum.Parse<ModelKind>(given.Model, ignoreCase: true),
            given.TestFraction ?? defaultFraction,
            given.Patience is null ? 0 : given.ValidationFraction ?? DefaultValidationFraction,
            sampler,
            single,
            given.Storage(single ? "f32" : "f64"),
            new TrainingOptions
            {
                BatchSize = batch ?? (SvmLightFile.IsMeant(given.Data) ? SparseBatch : 32),
                MaxEpochs = given.Epochs ?? (full ? FullBatchEpochs : MiniBatchEpochs),
                MaxSteps = given.MaxSteps,
                GradientTolerance = full ? tolerance : null,
                LossTolerance = full ? null : tolerance,
                TargetLoss = given.TargetLoss,
                ParameterTolerance = given.ParameterTolerance,
                StalledRate = given.Stall,
                Patience = given.Patience,
                Seed = given.Seed,
                EvaluateEachEpoch = given.EvaluateEachEpoch,
            });
    }

    private static void CheckData(TrainArguments given)
    {
        if (given.Data is null)
        {
            string? lonely = given switch
            {
                { Target: not null } => "--target",
                { TargetData: not null } => "--target-data",
                { Features: not null } => "--features",
                { TestData: not null } => "--test-data",
                { TestTargetData: not null } => "--test-target-data",
                { Header: not null } => "--header",
                _ => null,
            };
            Require(lonely is null, $"{lonely} is given without --data; add --data FILE, or leave it out to train on the embedded digits.");
            return;
        }

        Require(
            given.TestData is null || SvmLightFile.IsMeant(given.TestData) == SvmLightFile.IsMeant(given.Data),
            $"--data {given.Data} and --test-data {given.TestData} are of different formats; svmlight files end in {SvmLightFile.Endings}.");
        if (SvmLightFile.IsMeant(given.Data))
        {
            CheckSparse(given);
            return;
        }

        CheckTargets(given);
        Require(given.TargetData is not null || given.Target is not null, $"--target is missing; name the column of {given.Data} to predict, by its name, its number from 1, or 'last'.");
        Require(given.Model is not null, "--model is missing; choose linear for a target that is a number, logistic for 0 and 1, softmax for classes, poisson for counts, mlp for a network.");
        Require(given.TestData is null || given.TestFraction is null, BothTests);
    }

    private static void CheckSparse(TrainArguments given)
    {
        string? ofColumns = given switch
        {
            { Target: not null } => "--target",
            { TargetData: not null } => "--target-data",
            { TestTargetData: not null } => "--test-target-data",
            { Features: not null } => "--features",
            { Header: not null } => "--header",
            { Sampler: { } sampler } when sampler.Contains(':', StringComparison.Ordinal) => $"--sampler {sampler}",
            _ => null,
        };
        Require(ofColumns is null, $"{ofColumns} is of columns, which the svmlight file {given.Data} has not: each line begins with its label; leave it out.");
        Require(given.Model is null or "softmax", $"--model is {given.Model}; for the svmlight file {given.Data} expected softmax.");
        Require(given.TestData is null || given.TestFraction is null, BothTests);
    }

    // An array has no columns to choose from: its rows are the features, and the targets are another array.
    private static void CheckTargets(TrainArguments given)
    {
        bool isArray = given.TargetData is not null;
        string? column = given.Target is not null ? "--target" : given.Features is not null ? "--features" : given.Header is not null ? "--header" : null;
        Require(!isArray || column is null, $"{column} belongs to a table; with --target-data every number of a row of --data is a feature; leave {column} out.");
        Require(
            (isArray && given.TestData is not null) == (given.TestTargetData is not null),
            isArray && given.TestData is not null
                ? $"--test-target-data is missing; name the array with the targets of {given.TestData}."
                : "--test-target-data belongs to an array as --test-data, beside --data with --target-data; leave it out.");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new CliException(ExitCode.Usage, message);
        }
    }
}
