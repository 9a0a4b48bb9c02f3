using System.Collections.ObjectModel;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>What <c>train</c> reports. The names are the JSON's, which is stable: properties may join, none changes.</summary>
internal sealed record TrainReport
{
    public required ModelKind Model { get; init; }

    public required string Optimizer { get; init; }

    /// <summary>Null for L-BFGS, which searches the length of each step.</summary>
    public required double? LearningRate { get; init; }

    /// <summary>All hyperparameters of the optimizer by their names, such as <c>weight-decay</c>: numbers, true and false.</summary>
    public required IReadOnlyDictionary<string, object> Hyperparameters { get; init; }

    /// <summary>The text of the schedule; null means a constant rate.</summary>
    public required string? Schedule { get; init; }

    /// <summary>Rows of a batch.</summary>
    public required int Batch { get; init; }

    /// <summary>Batches for one step.</summary>
    public required int Accumulate { get; init; }

    /// <summary>Null without clipping by the norm.</summary>
    public required double? ClipNorm { get; init; }

    /// <summary>Null without clipping by value.</summary>
    public required double? ClipValue { get; init; }

    /// <summary>Decay of the average that was evaluated; null without.</summary>
    public required double? Average { get; init; }

    /// <summary>Null without; a number, or <c>dynamic</c>.</summary>
    public required string? LossScale { get; init; }

    /// <summary>How batches were drawn.</summary>
    public required string Sampler { get; init; }

    public required ulong Seed { get; init; }

    public required string Precision { get; init; }

    /// <summary>Format of the optimizer's state.</summary>
    public required string State { get; init; }

    public required long Steps { get; init; }

    public required int Epochs { get; init; }

    /// <summary>Evaluations of loss and gradient over all rows, for L-BFGS; null for others, which take one a step.</summary>
    public int? Evaluations { get; init; }

    public required double Seconds { get; init; }

    public required StopReason Stop { get; init; }

    /// <summary>The mean loss of each epoch; for the linear model in squared units of the target, halved.</summary>
    public required IReadOnlyList<double> Loss { get; init; }

    public required double TrainLoss { get; init; }

    /// <summary>In the unit of <see cref="Loss"/>; null without test rows.</summary>
    public required double? TestLoss { get; init; }

    /// <summary>The share of the test rows whose class is predicted; null without test rows or classes.</summary>
    public required double? TestAccuracy { get; init; }

    public required string ParametersSha256 { get; init; }

    /// <summary>Processes that trained together.</summary>
    public int Ranks { get; init; } = 1;

    public required int Threads { get; init; }

    public required string Path { get; init; }

    /// <summary>What computed the matrix products; null for a model without them.</summary>
    public required string? Blas { get; init; }

    /// <summary>Null for other models than mlp.</summary>
    public required NetworkReport? Network { get; init; }

    /// <summary>In the units of the columns, the intercept as <c>const</c>; null for a model with several coefficients per
    /// column.</summary>
    public required IReadOnlyDictionary<string, double>? Coefficients { get; init; }
}

/// <summary>The table that closes a run.</summary>
internal static class Summary
{
    public static IEnumerable<(string Name, string Value)> Rows(TrainData data, TrainedRun run)
    {
        TrainReport report = run.Report;
        yield return ("data", $"{data.Name}: {data.TrainRows:N0} rows to train, " +
            $"{(data.ValidationRows > 0 ? $"{data.ValidationRows:N0} to validate, " : "")}{data.TestRows:N0} to test, " +
            $"{data.FeatureCount} features");
        string rate = report.LearningRate is { } given ? $", learning rate {given}" : "";
        string schedule = report.Schedule is { } text ? $" by {text}" : "";
        string sampler = report.Sampler.Contains(':', StringComparison.Ordinal) ? $" by {report.Sampler}" : "";
        string state = report.State == report.Precision ? "" : $" with {report.State} state";
        string steps = $"batches of {report.Batch}{sampler}, {report.Precision}{state}, seed {report.Seed}";
        yield return ("model", $"{report.Model} by {report.Optimizer}{rate}{schedule}, {steps}".ToLowerInvariant());
        if (report.Network is { } network)
        {
            string units = $"{string.Join('-', network.Hidden)} hidden units, {network.Activation}, {network.Loss} loss";
            string rest = $"dropout {network.Dropout}, {network.Parameters:N0} parameters; products by {report.Blas}";
            yield return ("network", $"{units}, {rest}".ToLowerInvariant());
        }

        yield return ("steps", report.Evaluations is { } evaluations ? $"{report.Steps:N0} with {evaluations:N0} evaluations of all " +
            "rows" : $"{report.Steps:N0} in {report.Epochs:N0} epochs");
        yield return ("seconds", $"{report.Seconds:F2}");
        yield return ("final loss", $"{report.TrainLoss:G6}");
        if (report.TestAccuracy is { } accuracy)
        {
            yield return ("test accuracy", $"{accuracy:F4}");
        }
        else if (report.TestLoss is { } loss)
        {
            yield return ("test loss", $"{loss:G6}");
        }

        yield return ("optimizer", run.Throughput > 0
            ? $"{run.Throughput / 1e6:G3} million parameters/s, " +
                $"{(run.BytesPerParameter is { } bytes ? $"{run.Throughput * bytes / 1e9:G3} GB/s " : "")}({report.Path}, " +
                $"{report.Threads} threads at most)"
            : "no step was taken");
        yield return ("stopped", run.StopText);
        foreach ((string column, double coefficient) in report.Coefficients ?? ReadOnlyDictionary<string, double>.Empty)
        {
            yield return ($"  {column}", $"{coefficient:G8}");
        }
    }
}
