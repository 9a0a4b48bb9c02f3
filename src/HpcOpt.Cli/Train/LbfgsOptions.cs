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

    /// <summary>Of the norm of the gradient, where none is given.</summary>
    public static double DefaultTolerance(bool singlePrecision) => singlePrecision ? SingleTolerance : DoubleTolerance;

    /// <exception cref="CliException">An option does not apply, or a value is not one of its values.</exception>
    public static Lbfgs Create(TrainSettings settings)
    {
        CliException.Require(
            settings.IsFullBatch, $"--optimizer {Name} needs the loss of all rows; add --batch full, or choose another optimizer for " +
                $"batches of {settings.Options.BatchSize}.");
        string? foreign = settings switch
        {
            { Optimizer.Rate: not null } => "--lr",
            { Optimizer.Schedule: not null } => "--schedule",
            { Run.Accumulate: > 1 } => "--accumulate",
            { Run.StalledRate: not null } => "--stall",
            { Run.Patience: not null } => "--patience",
            _ => null,
        };
        CliException.Require(foreign is null, $"{foreign} does not apply to --optimizer {Name}, which takes all rows and searches the " +
            "length of its steps; leave it out.");
        CliException.Require(
            settings.Storage.State == StateFormat.Full,
            $"--state is {StorageOptions.Name(settings.Storage, "")} with --optimizer {Name}, which keeps pairs of vectors in full; " +
                "leave it out, or choose another optimizer.");
        return settings.Optimizer.Set.Aggregate(new Lbfgs(), With);
    }

    /// <summary>What <c>--set</c> sets, by its names.</summary>
    public static IReadOnlyDictionary<string, object> Hyperparameters(Lbfgs lbfgs) =>
        new OrderedDictionary<string, object>(StringComparer.Ordinal)
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
            throw new CliException(ExitCode.Usage, $"--set is '{setting}'; expected name=number with one of {Name}'s {Memory}, " +
                $"{SufficientDecrease}, {Curvature}.");
        }

        try
        {
            return parts[0] switch
            {
                Memory when double.IsInteger(value) && Math.Abs(value) <= int.MaxValue => lbfgs with { Memory = (int)value },
                Memory => throw new CliException(ExitCode.Usage, $"--set {setting}: {Memory} must be a whole number."),
                SufficientDecrease => lbfgs with { SufficientDecrease = value },
                Curvature => lbfgs with { Curvature = value },
                _ => throw new CliException(ExitCode.Usage, $"{Name} has no '{parts[0]}'; expected, nearest first, " +
                    $"{NearestNames.List(parts[0], [Memory, SufficientDecrease, Curvature])}."),
            };
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new CliException(ExitCode.Usage, $"--set {setting}: {CliException.Sentence(e)}", e);
        }
    }
}
