using System.CommandLine;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using HpcOpt.Cli.Commands;

namespace HpcOpt.Cli.Replay;

/// <summary><c>hpcopt replay FILE</c>: runs recorded gradients through the optimizers and compares with the recorded parameters.</summary>
internal sealed class ReplayCommand : Verb
{
    private const double DoubleTolerance = 1e-11;

    // A root of a nearly singular matrix magnifies rounding: two eigensolvers move full-matrix AdaGrad apart by 1e-10 within 40 steps.
    private const double MatrixTolerance = 1e-9;
    private const double SingleTolerance = 1e-5;

    private readonly Argument<string?> _file =
        new("FILE") { Description = "Recorded runs: JSON with theta0, gradients, runs", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _precision = ParsedOption.Choice(
        "--precision", $"Of the optimizers; a run passes up to a relative error of {DoubleTolerance} in f64 [default] ({MatrixTolerance} "
            + $"of optimizers that work on matrices), {SingleTolerance} in f32", "f64", "f32");

    private readonly Option<string?> _json = JsonReport.Option();

    public ReplayCommand()
        : base("replay", "Runs recorded gradients through the optimizers and compares the parameters with the recorded ones, for example "
            + "PyTorch's. Ends with 1 unless all runs pass.", """
            hpcopt replay trajectories.json --json
            """)
    {
        Add(_file);
        Add(_precision);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        // In `replay --json FILE` the parser gives the file to the option; there must be one to read, so it is that.
        string? reportFile = result.GetValue(_json);
        (string? file, reportFile) = result.GetValue(_file) is { } named ? (named, reportFile) : (reportFile, null);
        if (file is null)
        {
            throw new CliException(ExitCode.Usage, "replay needs a FILE of recorded runs; see 'hpcopt replay --help'.");
        }

        bool single = result.GetValue(_precision) == "f32";
        Execution execution = ExecutionOptions.Create(path: null, threads: null);
        Trajectories recorded = Trajectories.Read(file);
        OptimizerConfiguration?[] rules = [.. recorded.Runs.Select((run, i) =>
            TorchNames.Find(run, $"{file}: runs[{i}] ({run.Optimizer})"))];
        using JsonReport report = new(result.GetResult(_json) is not null, reportFile, result.InvocationConfiguration.Output);

        ReplayedRun[] runs = [.. recorded.Runs.Zip(rules, (run, rule) => rule is null
            ? new ReplayedRun(run.Optimizer, run.Options, null, Pass: false, "not supported yet")
            : single
                ? Compare<float>(recorded, run, rule, SingleTolerance, execution)
                : Compare<double>(recorded, run, rule, rule.IsSweep() ? DoubleTolerance : MatrixTolerance, execution))];
        report.Write(new { runs });
        if (!report.TakesOutput)
        {
            Screen.On(result.InvocationConfiguration.Output).WriteRows(Rows(runs));
        }

        return Array.TrueForAll(runs, run => run.Pass) ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static (string Name, string Value)[] Rows(ReplayedRun[] runs) =>
    [
        .. runs.Select(run => ($"{run.Optimizer} {run.Options.GetRawText()}",
            run.Pass ? $"passes: {run.MaxRelativeError:0.0e+0}" : run.Reason ?? $"FAILS: {run.MaxRelativeError:0.0e+0}")),
        ("passed", $"{runs.Count(run => run.Pass)} of {runs.Length}"),
    ];

    private static ReplayedRun Compare<T>(
        Trajectories recorded, RecordedRun run, OptimizerConfiguration rule, double tolerance, Execution execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Optimizer<T> optimizer = rule.Create<T>(recorded.Theta0.Length, layout: null, execution);
        T[] theta = Array.ConvertAll(recorded.Theta0, T.CreateTruncating);
        T[] average = new T[theta.Length];
        double error = 0;
        foreach ((int step, double[] expected, double[]? expectedAverage) in Trajectories.Recorded(run))
        {
            while (optimizer.StepCount < step)
            {
                optimizer.LearningRate = rule.LearningRate * run.RateFactor(optimizer.StepCount + 1);
                optimizer.Step(theta, Array.ConvertAll(recorded.Gradients[optimizer.StepCount], T.CreateTruncating));
            }

            // Math.Max keeps NaN, which then fails.
            error = theta.Zip(expected, recorded.Theta0).Select(Error).Aggregate(error, Math.Max);
            if (expectedAverage is not null)
            {
                optimizer.WriteEvaluationPoint(theta, average);
                error = average.Zip(expectedAverage, recorded.Theta0).Select(Error).Aggregate(error, Math.Max);
            }
        }

        return double.IsFinite(error)
            ? new(run.Optimizer, run.Options, error, error <= tolerance, Reason: null)
            : new(run.Optimizer, run.Options, null, Pass: false, "FAILS: the error is not finite");
    }

    // In f32 relative to the start too: a parameter on its way through 0 carries the rounding errors of where it came from.
    private static double Error<T>((T Actual, double Expected, double Start) theta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double difference = Math.Abs(double.CreateTruncating(theta.Actual) - theta.Expected);
        double least = typeof(T) == typeof(float) ? Math.Abs(theta.Start) : 0;
        return difference == 0 ? 0 : difference / Math.Max(Math.Abs(theta.Expected), least);
    }
}

/// <summary>How a recorded run compares; the largest error is over all recorded steps and parameters.</summary>
internal sealed record ReplayedRun(
    string Optimizer,
    JsonElement Options,
    double? MaxRelativeError,
    bool Pass,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);
