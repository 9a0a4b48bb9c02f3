using System.CommandLine;
using HpcOpt.Cli.Commands;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>What <c>train</c> and <c>lr-find</c> share: data, model, optimizer and batches.</summary>
internal sealed class ModelOptions(string optimizerDefault, bool takesAll)
{
    /// <summary>The name that stands for every optimizer.</summary>
    public const string AllOptimizers = "all";

    private const string LearningRate = "learning-rate";

    private readonly Option<string?> _data = new("--data") { HelpName = "FILE", Description = "CSV, plain or gzip, with or without a header [default: the embedded digits]" };
    private readonly Option<string?> _target = new("--target") { HelpName = "COL", Description = "The column to predict: a name, a number from 1, or 'last'" };
    private readonly Option<string?> _features = new("--features") { HelpName = "A,B", Description = "The columns to predict it from [default: all others]" };
    private readonly Option<string?> _header = ParsedOption.Choice("--header", "Whether the first row of the files holds names [default: auto]", "auto", "yes", "no");
    private readonly Option<string?> _model = ParsedOption.Choice(
        "--model", "For a number, for 0 and 1, for classes, for counts; needed with --data [default: softmax for the digits]", "linear", "logistic", "softmax", "poisson");

    private readonly Option<string?> _optimizer = new("--optimizer")
    {
        HelpName = "NAME",
        Description = $"{string.Join(", ", OptimizerCatalog.All.Keys)}{(takesAll ? $", or {AllOptimizers}" : "")} [default: {optimizerDefault}]",
    };

    private readonly Option<string[]> _set = new("--set") { HelpName = "name=value", Description = "Another hyperparameter of the optimizer, such as beta1=0.8 or ams-grad=true; repeatable" };
    private readonly Option<int?> _batch = ParsedOption.Create<int?>("--batch", "N|full", "Rows for one step [default: 32]", "a whole number from 1, or 'full'", TryBatch);
    private readonly Option<string?> _sampler = new("--sampler")
    {
        HelpName = "NAME[:COL]",
        Description = $"How batches are drawn: {SamplerChoice.Forms}; COL holds the time of blocks, the clusters that stay together, or the strata [default: partition]",
    };

    public Option<ulong> Seed { get; } = ParsedOption.Seed("Fixes the split and the order of the rows [default: 0]");
    private readonly Option<string?> _precision = ParsedOption.Choice("--precision", "Of parameters and data [default: f32; with --batch full f64]", "f32", "f64");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_data, _target, _features, _header, _model, _optimizer, _set, _batch, _sampler, Seed, _precision])
        {
            command.Add(option);
        }
    }

    public TrainArguments Read(ParseResult result) => new()
    {
        Data = result.GetValue(_data),
        Target = result.GetValue(_target),
        Features = result.GetValue(_features)?.Split(',', StringSplitOptions.TrimEntries),
        Header = result.GetValue(_header) is { } header and not "auto" ? header == "yes" : null,
        Model = result.GetValue(_model),
        Batch = result.GetValue(_batch),
        Sampler = result.GetValue(_sampler),
        Seed = result.GetValue(Seed),
        Precision = result.GetValue(_precision),
    };

    /// <summary>The optimizer with its hyperparameters, or every optimizer with its defaults.</summary>
    /// <exception cref="CliException">A name or a value is wrong, or hyperparameters are given for all.</exception>
    public ConfiguredRule[] Rules(ParseResult result, double? rate)
    {
        string name = result.GetValue(_optimizer) ?? optimizerDefault;
        string[] settings = result.GetValue(_set) ?? [];
        if (!takesAll || !name.Equals(AllOptimizers, StringComparison.OrdinalIgnoreCase))
        {
            return [Rule(OptimizerCatalog.Find(name, takesAll ? [AllOptimizers] : []), rate, settings)];
        }

        return rate is null && settings.Length == 0
            ? [.. OptimizerCatalog.All.Values.Select(type => Rule(type, rate: null, []))]
            : throw new CliException(ExitCode.Usage, "--lr and --set belong to one optimizer; leave them out with --optimizer all, where each takes its default.");
    }

    private static ConfiguredRule Rule(RuleType type, double? rate, string[] settings)
    {
        ConfiguredRule rule = type.Create();
        rule.Set(LearningRate, rate ?? DefaultRates.Of(type.Name) ?? rule.LearningRate);
        HashSet<string> set = rate is null ? [] : [LearningRate];
        foreach (string setting in settings)
        {
            string[] parts = setting.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length < 2)
            {
                throw new CliException(ExitCode.Usage, $"--set is '{setting}'; expected name=value with one of {type.Name}'s {string.Join(", ", type.Hyperparameters.Keys)}.");
            }

            if (!set.Add(parts[0]))
            {
                throw new CliException(ExitCode.Usage, $"--set {setting}: '{parts[0]}' is given twice (--lr is the learning-rate); give it once.");
            }

            rule.Set(parts[0], parts[1]);
        }

        return rule;
    }

    private static bool TryBatch(string text, out int? batch)
    {
        batch = TrainingOptions.FullBatch;
        return text.Equals("full", StringComparison.OrdinalIgnoreCase) || ParsedOption.TryCount(text, out batch);
    }
}
