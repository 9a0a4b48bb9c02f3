using System.Globalization;
using HpcOpt.Cli.Commands;
using HpcOpt.Engine;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary><c>--optimizer lbfgs</c>: what the other options mean for it, and which ones do not.</summary>
internal static class LbfgsOptions
{
    public const string Name = "lbfgs";
    public const double DoubleTolerance = 1e-10;
    public const double SingleTolerance = 1e-5;

    private const string Memory = "memory";
    private const string SufficientDecrease = "sufficient-decrease";
    private const string Curvature = "curvature";

    public static bool IsMeant(string? optimizer) => Name.Equals(optimizer, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="CliException">An option does not apply, or a value is not one of its values.</exception>
    public static Lbfgs Create(TrainSettings settings, double? rate, string? schedule, string[] set)
    {
        TrainArguments given = settings.Given;
        if (settings.Options.BatchSize != TrainingOptions.FullBatch)
        {
            throw new CliException(ExitCode.Usage, $"--optimizer {Name} needs the loss of all rows; add --batch full, or choose another optimizer for batches of {settings.Options.BatchSize}.");
        }

        string? foreign = rate is not null ? "--lr" : schedule is not null ? "--schedule" : given.Stall is not null ? "--stall" : given.Patience is not null ? "--patience" : null;
        if (foreign is not null)
        {
            throw new CliException(ExitCode.Usage, $"{foreign} does not apply to --optimizer {Name}, which takes all rows and searches the length of its steps; leave it out.");
        }

        if (settings.Storage.State != StateFormat.Full)
        {
            throw new CliException(ExitCode.Usage, $"--state is {StorageOptions.Name(settings.Storage, "")} with --optimizer {Name}, which keeps pairs of vectors in full; leave it out, or choose another optimizer.");
        }

        return set.Aggregate(
            new Lbfgs
            {
                MaxIterations = (int)Math.Min(settings.Options.MaxEpochs, settings.Options.MaxSteps ?? int.MaxValue),
                GradientTolerance = given.Tolerance ?? (settings.SinglePrecision ? SingleTolerance : DoubleTolerance),
                ParameterTolerance = given.ParameterTolerance,
            },
            With);
    }

    /// <summary>What <c>--set</c> sets, by its names.</summary>
    public static IReadOnlyDictionary<string, object> Hyperparameters(Lbfgs lbfgs) => new OrderedDictionary<string, object>(StringComparer.Ordinal)
    {
        [Memory] = lbfgs.Memory,
        [SufficientDecrease] = lbfgs.SufficientDecrease,
        [Curvature] = lbfgs.Curvature,
    };

    private static Lbfgs With(Lbfgs lbfgs, string setting)
    {
        string[] parts = setting.Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts.Length < 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            throw new CliException(ExitCode.Usage, $"--set is '{setting}'; expected name=number with one of {Name}'s {Memory}, {SufficientDecrease}, {Curvature}.");
        }

        try
        {
            return parts[0] switch
            {
                Memory when double.IsInteger(value) && Math.Abs(value) <= int.MaxValue => lbfgs with { Memory = (int)value },
                Memory => throw new CliException(ExitCode.Usage, $"--set {setting}: {Memory} must be a whole number."),
                SufficientDecrease => lbfgs with { SufficientDecrease = value },
                Curvature => lbfgs with { Curvature = value },
                _ => throw new CliException(ExitCode.Usage, $"{Name} has no '{parts[0]}'; expected, nearest first, {NearestNames.List(parts[0], [Memory, SufficientDecrease, Curvature])}."),
            };
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new CliException(ExitCode.Usage, $"--set {setting}: {CliException.Sentence(e)}", e);
        }
    }
}
