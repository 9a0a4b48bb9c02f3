using System.CommandLine;
using System.Numerics;
using HpcOpt.Cli.Commands;
using Spectre.Console;

namespace HpcOpt.Cli.Train;

/// <summary><c>hpcopt train</c>.</summary>
internal sealed class TrainCommand : Verb
{
    private const string SparseExample = "--data debian-sections.train.svm.gz --test-data debian-sections.test.svm.gz";

    private readonly TrainOptions _options = new(isTraining: true);
    private readonly StorageOptions _storage = new();
    private readonly ExecutionOptions _execution = new();
    private readonly Option<string?> _report =
        new("--report") { HelpName = "FILE.html", Description = "A page with curves, settings and a comparison, complete in one file" };

    private readonly Option<string?> _json = JsonReport.Option();

    public TrainCommand()
        : base("train", "Trains a model and reports its loss, its test accuracy and, for linear, logistic and poisson, its coefficients in "
            + "the units of the columns.\n"
            + "Without --data: softmax on 1,797 handwritten digits (UCI, E. Alpaydin and C. Kaynak, 1998, CC BY 4.0).", $"""
            hpcopt train --optimizer adamw --epochs 50
            hpcopt train --optimizer adamw --state fp8
            hpcopt train --data grunfeld.csv --target invest --features value,capital --model linear --batch full --optimizer lbfgs
            hpcopt train --data grunfeld.csv --target invest --features value,capital --model linear --sampler clusters:firm --patience 5
            hpcopt train --data train-images-idx3-ubyte.gz --target-data train-labels-idx1-ubyte.gz --model softmax
            hpcopt train {SparseExample} --model softmax --optimizer adagrad --epochs 10
            hpcopt train --optimizer all --report optimizers.html
            hpcopt train --model mlp --hidden 256,128 --activation gelu --dropout 0.1 --optimizer adamw
            """)
    {
        _options.AddTo(this);
        _storage.AddTo(this);
        _execution.AddTo(this);
        Add(_report);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        TrainSettings settings = _options.Read(result);
        OptimizerConfiguration[] rules = OptimizerOptions.Rules(settings);
        settings = settings.Checked();
        settings = settings with
        {
            Storage = _storage.Create(result, settings.PrecisionName, settings.Seed),
            Run = settings.Run with { EvaluateEachEpoch = result.GetValue(_report) is not null },
        };
        settings.Optimizer.CreateSchedule();
        Training.Lbfgs? lbfgs = settings.Optimizer.IsLbfgs ? LbfgsOptions.Create(settings) : null;
        Execution execution = _execution.Create(result);
        TrainData data = TrainData.Load(settings);
        OutputFile? page = result.GetValue(_report) is { } path ? new("--report", path) : null;
        using JsonReport json = JsonReport.Create(result, _json);
        InvocationConfiguration streams = result.InvocationConfiguration;
        IAnsiConsole screen = Screen.On(json.TakesOutput ? streams.Error : streams.Output);
        return settings.SinglePrecision ? Train<float>() : Train<double>();

        int Train<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            TrainRunner<T> runner = new(settings, data, execution);
            return new TrainSession(settings, data, execution, screen).Run(
                lbfgs is null
                    ? [.. rules.Select(rule => (rule.Name, Trained(rule)))]
                    : [(LbfgsOptions.Name, (view, cancellation) => runner.Run(lbfgs, view, cancellation))],
                json,
                page);

            Func<IAnsiConsole, CancellationToken, TrainedRun> Trained(OptimizerConfiguration rule) =>
                (view, cancellation) => runner.Run(rule, isComparison: rules.Length > 1, view, cancellation);
        }
    }
}
