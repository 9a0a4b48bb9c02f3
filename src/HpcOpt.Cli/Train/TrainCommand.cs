using System.CommandLine;
using System.Numerics;
using HpcOpt.Cli.Commands;
using HpcOpt.Training;
using Spectre.Console;

namespace HpcOpt.Cli.Train;

/// <summary><c>hpcopt train</c>: reads the options; <see cref="TrainSettings"/> says what they mean together.</summary>
internal sealed class TrainCommand : Verb
{
    private readonly ModelOptions _shared = new(optimizerDefault: "adam", takesAll: true);
    private readonly Option<string?> _testData = new("--test-data") { HelpName = "FILE", Description = "Rows for the test accuracy, with the same columns" };
    private readonly Option<string?> _testTargetData = new("--test-target-data") { HelpName = "FILE", Description = "The targets of --test-data, where it is an array" };

    private readonly Option<double?> _rate = ParsedOption.NotNegative("--lr", $"Learning rate [default: {DefaultRates.Text}; for others, and for mlp, the optimizer's own; of svmlight files {DefaultRates.SparseText}, with adagrad's initial-accumulator at {DefaultRates.SparseAccumulator}]");
    private readonly Option<string?> _schedule = new("--schedule") { HelpName = "TEXT", Description = "Factors of the learning rate, such as warmup:steps=100+cosine:steps=1000; 'hpcopt schedule --help' lists them [default: constant]" };

    private readonly Option<int?> _epochs = ParsedOption.Count("--epochs", $"The most passes over the data, for {LbfgsOptions.Name} iterations [default: {TrainSettings.MiniBatchEpochs}; with --batch full {TrainSettings.FullBatchEpochs}]");
    private readonly Option<int?> _maxSteps = ParsedOption.Count("--max-steps", "The most steps");
    private readonly Option<double?> _tolerance = ParsedOption.NotNegative(
        "--tolerance", $"Stop when the loss of an epoch differs from the last by at most X, relatively [default: off]; with --batch full, when the norm of the gradient in standard units is at most X [default: {TrainSettings.DefaultTolerance}; for {LbfgsOptions.Name} {LbfgsOptions.DoubleTolerance}, with f32 {LbfgsOptions.SingleTolerance}]");

    private readonly Option<double?> _targetLoss = ParsedOption.Number("--target-loss", "X", "Stop when the loss of an epoch is at most X [default: off]", "a finite number", double.IsFinite);
    private readonly Option<double?> _parameterTolerance = ParsedOption.NotNegative(
        "--parameter-tolerance", "Stop when an epoch changes the parameters by at most X, relatively [default: off]");

    private readonly Option<double?> _stall = ParsedOption.Number(
        "--stall", "X", "Stop when the effective learning rate of every parameter, its change over its gradient, is below X [default: off]", "a finite number above 0", rate => rate > 0 && double.IsFinite(rate));

    private readonly Option<int?> _patience = ParsedOption.Count("--patience", "Stop after N epochs without a better loss over validation rows, and return the best epoch's parameters [default: off]");
    private readonly Option<double?> _validationFraction = ParsedOption.Number(
        "--validation-fraction", "X", $"Rows that --patience sets aside at random, of those that are not for the test [default: {TrainSettings.DefaultValidationFraction}]", "a number above 0 and less than 1", share => share is > 0 and < 1);

    private readonly Option<double?> _testFraction = ParsedOption.Number(
        "--test-fraction", "X", $"Rows set aside at random for the test [default: {TrainSettings.DefaultTestFraction}; none with --test-data, or with --data and --batch full]", "a number from 0 to less than 1", share => share is >= 0 and < 1);

    private readonly Option<string?> _report = new("--report") { HelpName = "FILE.html", Description = "A page with curves, settings and a comparison, complete in one file" };
    private readonly StorageOptions _storage = new();
    private readonly ExecutionOptions _execution = new();
    private readonly Option<string?> _json = JsonReport.Option();

    public TrainCommand()
        : base("train", """
            Trains a model and reports its loss, its test accuracy and, for linear, logistic and poisson, its coefficients in the units of the columns.
            Without --data: softmax on 1,797 handwritten digits (UCI, E. Alpaydin and C. Kaynak, 1998, CC BY 4.0).
            """, """
            hpcopt train --optimizer adamw --epochs 50
            hpcopt train --optimizer adamw --state fp8
            hpcopt train --data grunfeld.csv --target invest --features value,capital --model linear --batch full --optimizer lbfgs
            hpcopt train --data grunfeld.csv --target invest --features value,capital --model linear --sampler clusters:firm --patience 5
            hpcopt train --data train-images-idx3-ubyte.gz --target-data train-labels-idx1-ubyte.gz --model softmax
            hpcopt train --data debian-sections.train.svm.gz --test-data debian-sections.test.svm.gz --model softmax --optimizer adagrad --epochs 10
            hpcopt train --optimizer all --report optimizers.html
            hpcopt train --model mlp --lower 256,128 --activation gelu --dropout 0.1 --optimizer adamw
            """)
    {
        _shared.AddTo(this);
        foreach (Option option in (Option[])
            [_testData, _testTargetData, _rate, _schedule, _epochs, _maxSteps, _tolerance, _targetLoss, _parameterTolerance, _stall, _patience, _validationFraction, _testFraction])
        {
            Add(option);
        }

        _storage.AddTo(this);
        _execution.AddTo(this);
        Add(_report);
        Add(_json);
        SetAction(Run);
    }

    private static ITrainingData Load(TrainSettings settings) =>
        !settings.IsSparse ? TrainingData.Load(settings)
        : settings.SinglePrecision ? SparseTrainingData<float>.Load(settings)
        : SparseTrainingData<double>.Load(settings);

    private int Run(ParseResult result)
    {
        OptimizerConfiguration[] rules = _shared.Rules(result, result.GetValue(_rate));
        var settings = TrainSettings.Create(_shared.Read(result) with
        {
            Storage = precision => _storage.Create(result, precision, result.GetValue(_shared.Seed)),
            TestData = result.GetValue(_testData),
            TestTargetData = result.GetValue(_testTargetData),
            Epochs = result.GetValue(_epochs),
            MaxSteps = result.GetValue(_maxSteps),
            Tolerance = result.GetValue(_tolerance),
            TargetLoss = result.GetValue(_targetLoss),
            ParameterTolerance = result.GetValue(_parameterTolerance),
            Stall = result.GetValue(_stall),
            Patience = result.GetValue(_patience),
            ValidationFraction = result.GetValue(_validationFraction),
            TestFraction = result.GetValue(_testFraction),
            EvaluateEachEpoch = result.GetValue(_report) is not null,
        });
        string? text = result.GetValue(_schedule);
        ParsedOption.ReadSchedule(text, "--schedule");
        Lbfgs? lbfgs = _shared.Lbfgs(result, settings, result.GetValue(_rate), text);
        Execution execution = _execution.Create(result);
        ITrainingData data = Load(settings);
        OutputFile? page = result.GetValue(_report) is { } path ? new("--report", path) : null;
        using JsonReport json = JsonReport.Create(result, _json);
        InvocationConfiguration streams = result.InvocationConfiguration;
        return settings.SinglePrecision ? Train<float>() : Train<double>();

        int Train<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            TrainJob<T> job = new(settings, data, NewSchedule, execution, isComparison: rules.Length > 1);
            Training[] trainings = lbfgs is null
                ? [.. rules.Select(rule => new Training(rule.Name, (screen, cancellation) => job.Run(rule, screen, cancellation)))]
                : [new(LbfgsOptions.Name, (screen, cancellation) => job.Run(lbfgs, screen, cancellation))];
            return new TrainSession(settings, data, trainings, execution, Screen.On(json.TakesOutput ? streams.Error : streams.Output)).Run(json, page);
        }

        // A schedule may have a state: one for each run.
        Schedule? NewSchedule() => ParsedOption.ReadSchedule(text, "--schedule");
    }
}
