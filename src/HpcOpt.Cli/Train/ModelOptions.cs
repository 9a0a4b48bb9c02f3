using System.CommandLine;
using HpcOpt.Cli.Commands;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>What <c>train</c> and <c>lr-find</c> share: data, model, optimizer and batches.</summary>
internal sealed class ModelOptions(string optimizerDefault, bool takesAll)
{
    /// <summary>The name that stands for every optimizer.</summary>
    public const string AllOptimizers = "all";

    private const string Network = "mlp";
    private const string LearningRate = "learning-rate";
    private const string InitialAccumulator = "initial-accumulator";

    private readonly Option<string?> _data = new("--data")
    {
        HelpName = "FILE",
        Description = $"CSV, plain or gzip, with or without a header; Parquet; an array, .npy or IDX, with --target-data; or svmlight, sparse, for softmax, if it ends in {SvmLightFile.Endings} [default: the embedded digits]",
    };

    private readonly Option<string?> _target = new("--target") { HelpName = "COL", Description = "The column to predict: a name, a number from 1, or 'last'" };
    private readonly Option<string?> _targetData = new("--target-data") { HelpName = "FILE", Description = "The targets of an array: another .npy or IDX, one number a row" };
    private readonly Option<string?> _features = new("--features") { HelpName = "A,B", Description = "The columns to predict it from [default: all others]" };
    private readonly Option<string?> _firstIndex = ParsedOption.Choice("--first-index", "What the indices of svmlight files count from [default: 1]", "1", "0");
    private readonly Option<string?> _header = ParsedOption.Choice("--header", "Whether the first row of the files holds names [default: auto]", "auto", "yes", "no");
    private readonly Option<string?> _model = ParsedOption.Choice(
        "--model", "For a number, for 0 and 1, for classes, for counts, or a network; needed with --data [default: softmax for the digits]", "linear", "logistic", "softmax", "poisson", Network);

    private readonly PerceptronOptions _perceptron = new();

    private readonly Option<string?> _optimizer = new("--optimizer")
    {
        HelpName = "NAME",
        Description = $"{string.Join(", ", KnownOptimizers.All.Names)}{(takesAll ? $"; {LbfgsOptions.Name}, for --batch full; or {AllOptimizers}, for each but {LbfgsOptions.Name}" : "")} [default: {optimizerDefault}]",
    };

    private readonly Option<string[]> _set = new("--set") { HelpName = "name=value", Description = "Another hyperparameter of the optimizer, such as beta1=0.8 or ams-grad=true; repeatable" };
    private readonly Option<int?> _batch = ParsedOption.Create<int?>("--batch", "N|full", $"Rows for one step [default: 32; of svmlight files {TrainSettings.SparseBatch}]", "a whole number from 1, or 'full'", TryBatch);
    private readonly Option<string?> _sampler = new("--sampler")
    {
        HelpName = "NAME[:COL]",
        Description = $"How batches are drawn: {SamplerChoice.Forms}; COL holds the time of blocks, the clusters that stay together, or the strata [default: partition]",
    };

    public Option<ulong> Seed { get; } = ParsedOption.Seed("Fixes the split, the order of the rows, and a network's weights and dropout [default: 0]");
    private readonly Option<string?> _precision = ParsedOption.Choice("--precision", "Of parameters and data [default: f32; with --batch full f64]", "f32", "f64");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_data, _target, _targetData, _features, _firstIndex, _header, _model, _optimizer, _set, _batch, _sampler, Seed, _precision])
        {
            command.Add(option);
        }

        _perceptron.AddTo(command);
    }

    public TrainArguments Read(ParseResult result) => new()
    {
        Data = result.GetValue(_data),
        Target = result.GetValue(_target),
        TargetData = result.GetValue(_targetData),
        Features = result.GetValue(_features)?.Split(',', StringSplitOptions.TrimEntries),
        FirstIndex = result.GetValue(_firstIndex) == "0" ? 0 : 1,
        Header = result.GetValue(_header) is { } header and not "auto" ? header == "yes" : null,
        Model = result.GetValue(_model),
        Batch = result.GetValue(_batch),
        Sampler = result.GetValue(_sampler),
        Seed = result.GetValue(Seed),
        Precision = result.GetValue(_precision),
        Perceptron = _perceptron.Read(result, result.GetValue(_model), result.GetValue(Seed)),
    };

    /// <summary>L-BFGS with its settings; null if another optimizer is meant.</summary>
    /// <exception cref="CliException">An option does not apply to it.</exception>
    public Lbfgs? Lbfgs(ParseResult result, TrainSettings settings, double? rate, string? schedule) =>
        LbfgsOptions.IsMeant(result.GetValue(_optimizer)) ? LbfgsOptions.Create(settings, rate, schedule, result.GetValue(_set) ?? []) : null;

    /// <summary>The optimizer with its hyperparameters, or every optimizer with its defaults; none for L-BFGS.</summary>
    /// <exception cref="CliException">A name or a value is wrong, or hyperparameters are given for all.</exception>
    public OptimizerConfiguration[] Rules(ParseResult result, double? rate)
    {
        string name = result.GetValue(_optimizer) ?? optimizerDefault;
        string[] settings = result.GetValue(_set) ?? [];
        Defaults defaults = SvmLightFile.IsMeant(result.GetValue(_data)) ? Defaults.OfSparse : result.GetValue(_model) == Network ? Defaults.Own : Defaults.OfRows;
        if (takesAll && LbfgsOptions.IsMeant(name))
        {
            return [];
        }

        if (!takesAll || !name.Equals(AllOptimizers, StringComparison.OrdinalIgnoreCase))
        {
            OptimizerDescription one = KnownOptimizers.Find(KnownOptimizers.All, name, takesAll ? [AllOptimizers, LbfgsOptions.Name] : []);
            return [Rule(one, rate, settings, defaults)];
        }

        return rate is null && settings.Length == 0
            ? [.. KnownOptimizers.All.Optimizers.Select(type => Rule(type, rate: null, [], defaults))]
            : throw new CliException(ExitCode.Usage, "--lr and --set belong to one optimizer; leave them out with --optimizer all, where each takes its default.");
    }

    private static OptimizerConfiguration Rule(OptimizerDescription type, double? rate, string[] settings, Defaults defaults)
    {
        OptimizerConfiguration rule = type.Create();
        rule.LearningRate = rate ?? defaults switch
        {
            Defaults.OfSparse => DefaultRates.OfSparse(type.Name),
            Defaults.OfRows => DefaultRates.Of(type.Name),
            _ => null,
        } ?? rule.LearningRate;
        if (defaults == Defaults.OfSparse && type.Has(InitialAccumulator))
        {
            rule.Set(InitialAccumulator, DefaultRates.SparseAccumulator);
        }

        HashSet<string> set = rate is null ? [] : [LearningRate];
        foreach (string setting in settings)
        {
            string[] parts = setting.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length < 2)
            {
                throw new CliException(
                    ExitCode.Usage,
                    $"--set is '{setting}'; expected name=value with one of {type.Name}'s {string.Join(", ", type.Names())}.");
            }

            if (!set.Add(parts[0]))
            {
                throw new CliException(ExitCode.Usage, $"--set {setting}: '{parts[0]}' is given twice (--lr is the learning-rate); give it once.");
            }

            rule.SetText(parts[0], parts[1]);
        }

        return rule;
    }

    private static bool TryBatch(string text, out int? batch)
    {
        batch = TrainingOptions.FullBatch;
        return text.Equals("full", StringComparison.OrdinalIgnoreCase) || ParsedOption.TryCount(text, out batch);
    }

    /// <summary>Whose learning rate an optimizer takes when none is given.</summary>
    private enum Defaults
    {
        OfRows,
        OfSparse,
        Own,
    }
}
