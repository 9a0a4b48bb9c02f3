using HpcOpt.Cli.Commands;

namespace HpcOpt.Cli.Train;

/// <summary>The options of <see cref="OptimizerSettings"/>, and the optimizers that they name.</summary>
internal static class OptimizerOptions
{
    private const string LearningRate = "learning-rate";
    private const string InitialAccumulator = "initial-accumulator";
    private const string Others = $"; {LbfgsOptions.Name}, for --batch full; or {OptimizerSettings.All}, for each but {LbfgsOptions.Name}";

    /// <param name="takesAll">Whether every optimizer, or L-BFGS, may be meant.</param>
    public static OptionGroup<TrainSettings> Choice(bool takesAll) => new()
    {
        {
            new("--optimizer")
            {
                HelpName = "NAME",
                Description = string.Join(", ", KnownOptimizers.All.Names)
                    + (takesAll ? Others : "")
                    + $" [default: {OptimizerSettings.Default}]",
            },
            (TrainSettings settings, string? name) => settings with { Optimizer = settings.Optimizer with { Name = name! } }
        },
        {
            new("--set") { HelpName = "name=value", Description = "Another hyperparameter of the optimizer, such as beta1=0.8 or " +
                "ams-grad=true; repeatable" },
            (TrainSettings settings, string[] texts) => settings with { Optimizer = settings.Optimizer with { Set = texts } }
        },
    };

    public static OptionGroup<TrainSettings> Rate() => new()
    {
        {
            ParsedOption.NotNegative(
                "--lr", $"Learning rate [default: {DefaultRates.Text}; for others, and for mlp, the optimizer's own; of svmlight files " +
                    $"{DefaultRates.SparseText}, with adagrad's initial-accumulator at {DefaultRates.SparseAccumulator}]"),
            (settings, rate) => settings with { Optimizer = settings.Optimizer with { Rate = rate } }
        },
        {
            new("--schedule") { HelpName = "TEXT", Description = "Factors of the learning rate, such as " +
                "warmup:steps=100+cosine:steps=1000; 'hpcopt schedule --help' lists them [default: constant]" },
            (TrainSettings settings, string? text) => settings with { Optimizer = settings.Optimizer with { Schedule = text } }
        },
    };

    /// <summary>The one optimizer with its hyperparameters.</summary>
    /// <exception cref="CliException">A name or a value is wrong.</exception>
    public static OptimizerConfiguration Rule(TrainSettings settings, params string[] others)
    {
        OptimizerSettings optimizer = settings.Optimizer;
        return Rule(settings, KnownOptimizers.Find(KnownOptimizers.All, optimizer.Name, others), optimizer.Rate, optimizer.Set);
    }

    /// <summary>The optimizer, or every optimizer with its defaults; none for L-BFGS.</summary>
    /// <exception cref="CliException">A name or a value is wrong, or hyperparameters are given for all.</exception>
    public static OptimizerConfiguration[] Rules(TrainSettings settings)
    {
        OptimizerSettings optimizer = settings.Optimizer;
        if (optimizer.IsLbfgs)
        {
            return [];
        }

        if (!optimizer.IsAll)
        {
            return [Rule(settings, OptimizerSettings.All, LbfgsOptions.Name)];
        }

        CliException.Require(
            optimizer is { Rate: null, Set.Length: 0 }, "--lr and --set belong to one optimizer; leave them out with --optimizer all, " +
                "where each takes its default.");
        return [.. KnownOptimizers.All.Optimizers.Select(type => Rule(settings, type, rate: null, []))];
    }

    private static OptimizerConfiguration Rule(TrainSettings settings, OptimizerDescription type, double? rate, string[] texts)
    {
        OptimizerConfiguration rule = type.Create();
        rule.LearningRate = rate ?? DefaultRate(settings, type.Name) ?? rule.LearningRate;
        if (settings.Data.IsSparse && type.Has(InitialAccumulator))
        {
            rule.Set(InitialAccumulator, DefaultRates.SparseAccumulator);
        }

        HashSet<string> set = rate is null ? [] : [LearningRate];
        foreach (string text in texts)
        {
            string[] parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
            CliException.Require(
                parts.Length == 2, $"--set is '{text}'; expected name=value with one of {type.Name}'s " +
                    $"{string.Join(", ", type.Names())}.");
            CliException.Require(set.Add(parts[0]), $"--set {text}: '{parts[0]}' is given twice (--lr is the learning-rate); give it " +
                "once.");
            rule.SetText(parts[0], parts[1]);
        }

        return rule;
    }

    private static double? DefaultRate(TrainSettings settings, string optimizer) =>
        settings.Data.IsSparse ? DefaultRates.OfSparse(optimizer) : settings.Model.IsNetwork ? null : DefaultRates.Of(optimizer);
}
