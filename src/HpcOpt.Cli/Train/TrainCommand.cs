using System.CommandLine;
using HpcOpt.Cli.Commands;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary><c>hpcopt train</c>: reads the options; <see cref="TrainSettings"/> says what they mean together.</summary>
internal sealed class TrainCommand : Verb
{
    private readonly Option<string?> _data = new("--data") { HelpName = "FILE", Description = "CSV, plain or gzip, with or without a header [default: the embedded digits]" };
    private readonly Option<string?> _target = new("--target") { HelpName = "COL", Description = "The column to predict: a name, a number from 1, or 'last'" };
    private readonly Option<string?> _features = new("--features") { HelpName = "A,B", Description = "The columns to predict it from [default: all others]" };
    private readonly Option<string?> _testData = new("--test-data") { HelpName = "FILE", Description = "Rows for the test accuracy, with the same columns" };
    private readonly Option<string?> _header = ParsedOption.Choice("--header", "Whether the first row of the files holds names [default: auto]", "auto", "yes", "no");
    private readonly Option<string?> _model = ParsedOption.Choice(
        "--model", "For a number, for 0 and 1, for classes, for counts; needed with --data [default: softmax for the digits]", "linear", "logistic", "softmax", "poisson");

    private readonly Option<string?> _optimizer = new("--optimizer") { HelpName = "NAME", Description = $"{string.Join(", ", OptimizerCatalog.All.Keys)} [default: adam]" };
    private readonly Option<double?> _rate = ParsedOption.NotNegative("--lr", $"Learning rate [default: {DefaultRates.Text}; for others the optimizer's own]");
    private readonly Option<string?> _schedule = new("--schedule") { HelpName = "TEXT", Description = "Factors of the learning rate, such as warmup:steps=100+cosine:steps=1000; 'hpcopt schedule --help' lists them [default: constant]" };
    private readonly Option<string[]> _set = new("--set") { HelpName = "name=value", Description = "Another hyperparameter of the optimizer, such as beta1=0.8 or ams-grad=true; repeatable" };
    private readonly Option<int?> _batch = ParsedOption.Create<int?>(
        "--batch", "N|full", "Rows for one step [default: 32]", "a whole number from 1, or 'full'", TryBatch);

    private readonly Option<int?> _epochs = ParsedOption.Count("--epochs", $"The most passes over the data [default: {TrainSettings.MiniBatchEpochs}; with --batch full {TrainSettings.FullBatchEpochs}]");
    private readonly Option<int?> _maxSteps = ParsedOption.Count("--max-steps", "The most steps");
    private readonly Option<double?> _tolerance = ParsedOption.NotNegative(
        "--tolerance", $"Stop when the loss of an epoch differs from the last by at most X, relatively [default: off]; with --batch full, when the norm of the gradient in standard units is at most X [default: {TrainSettings.DefaultTolerance}]");

    private readonly Option<double?> _targetLoss = ParsedOption.Number("--target-loss", "X", "Stop when the loss of an epoch is at most X [default: off]", "a finite number", double.IsFinite);
    private readonly Option<double?> _parameterTolerance = ParsedOption.NotNegative(
        "--parameter-tolerance", "Stop when an epoch changes the parameters by at most X, relatively [default: off]");

    private readonly Option<double?> _stall = ParsedOption.Number(
        "--stall", "X", "Stop when the effective learning rate of every parameter, its change over its gradient, is below X [default: off]", "a finite number above 0", rate => rate > 0 && double.IsFinite(rate));

    private readonly Option<int?> _patience = ParsedOption.Count("--patience", "Stop after N epochs without a better loss over validation rows, and return the best epoch's parameters [default: off]");
    private readonly Option<double?> _validationFraction = ParsedOption.Number(
        "--validation-fraction", "X", $"Rows that --patience sets aside at random, of those that are not for the test [default: {TrainSettings.DefaultValidationFraction}]", "a number above 0 and less than 1", share => share is > 0 and < 1);

    private readonly Option<string?> _sampler = new("--sampler") { HelpName = "NAME[:COL]", Description = $"How batches are drawn: {SamplerChoice.Forms}; COL holds the time of blocks, the clusters that stay together, or the strata [default: partition]" };
    private readonly Option<double?> _testFraction = ParsedOption.Number(
        "--test-fraction", "X", $"Rows set aside at random for the test [default: {TrainSettings.DefaultTestFraction}; none with --test-data, or with --data and --batch full]", "a number from 0 to less than 1", share => share is >= 0 and < 1);

    private readonly Option<ulong> _seed = ParsedOption.Seed("Fixes the split and the order of the rows [default: 0]");
    private readonly Option<string?> _precision = ParsedOption.Choice("--precision", "Of parameters and data [default: f32; with --batch full f64]", "f32", "f64");
    private readonly ExecutionOptions _execution = new();
    private readonly Option<string?> _json = JsonReport.Option();

    public TrainCommand()
        : base("train", """
            Trains a model and reports its loss, its test accuracy and, for linear, logistic and poisson, its coefficients in the units of the columns.
            Without --data: softmax on 1,797 handwritten digits (UCI, E. Alpaydin and C. Kaynak, 1998, CC BY 4.0).
            """, """
            hpcopt train --optimizer adamw --epochs 50
            hpcopt train --data grunfeld.csv --target invest --features value,capital --model linear --batch full
            hpcopt train --data grunfeld.csv --target invest --features value,capital --model linear --sampler clusters:firm --patience 5
            """)
    {
        foreach (Option option in (Option[])
            [_data, _target, _features, _testData, _header, _model, _optimizer, _rate, _schedule, _set, _batch, _sampler, _epochs, _maxSteps, _tolerance, _targetLoss, _parameterTolerance, _stall, _patience, _validationFraction, _testFraction, _seed, _precision])
        {
            Add(option);
        }

        _execution.AddTo(this);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        RuleType type = OptimizerCatalog.Find(result.GetValue(_optimizer) ?? "adam");
        var settings = TrainSettings.Create(new TrainArguments
        {
            Data = result.GetValue(_data),
            Target = result.GetValue(_target),
            Features = result.GetValue(_features)?.Split(',', StringSplitOptions.TrimEntries),
            TestData = result.GetValue(_testData),
            Header = result.GetValue(_header) is { } header and not "auto" ? header == "yes" : null,
            Model = result.GetValue(_model),
            Batch = result.GetValue(_batch),
            Epochs = result.GetValue(_epochs),
            MaxSteps = result.GetValue(_maxSteps),
            Tolerance = result.GetValue(_tolerance),
            TargetLoss = result.GetValue(_targetLoss),
            ParameterTolerance = result.GetValue(_parameterTolerance),
            Stall = result.GetValue(_stall),
            Patience = result.GetValue(_patience),
            ValidationFraction = result.GetValue(_validationFraction),
            Sampler = result.GetValue(_sampler),
            TestFraction = result.GetValue(_testFraction),
            Seed = result.GetValue(_seed),
            Precision = result.GetValue(_precision),
        });
        ConfiguredRule rule = Rule(type, result.GetValue(_rate), result.GetValue(_set) ?? []);
        Schedule? schedule = ParsedOption.ReadSchedule(result.GetValue(_schedule), "--schedule");
        Execution execution = _execution.Create(result);
        TrainingData data = TrainingData.Load(settings);
        using JsonReport report = JsonReport.Create(result, _json);
        InvocationConfiguration streams = result.InvocationConfiguration;
        TextWriter writer = report.TakesOutput ? streams.Error : streams.Output;
        return settings.SinglePrecision
            ? new TrainJob<float>(settings, data, rule, schedule, execution).Run(report, writer)
            : new TrainJob<double>(settings, data, rule, schedule, execution).Run(report, writer);
    }

    private static ConfiguredRule Rule(RuleType type, double? rate, string[] settings)
    {
        const string LearningRate = "learning-rate";
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
