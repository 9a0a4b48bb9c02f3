using System.Diagnostics;
using System.Globalization;
using HpcOpt.Cli.Bench;
using HpcOpt.Cli.Train;
using HpcOpt.Training;

namespace HpcOpt.Benchmarks.Sparse;

/// <summary>One fit of each side.</summary>
/// <param name="Seconds">Ours, training and the evaluation at its end, without reading the file.</param>
/// <param name="Accuracy">On the test rows.</param>
/// <param name="OtherSeconds">Of <c>SGDClassifier.fit</c>; null without it.</param>
/// <param name="OtherAccuracy">On the same test rows.</param>
internal sealed record SparseRow(double Seconds, double Accuracy, double? OtherSeconds, double? OtherAccuracy)
{
    public double? Ratio => Seconds / OtherSeconds;
}

/// <summary>Softmax regression by sparse AdaGrad beside scikit-learn's one-against-all, 10 epochs each, in turn.</summary>
internal sealed record SparseTable(IReadOnlyList<SparseRow> Rows, string? OtherVersion, long PeakBytes, double ReadSeconds, string Settings)
{
    private const int Epochs = 10;
    private const int Repetitions = 5;

    public static SparseTable Measure(string folder, Action<string> report)
    {
        string train = Path.Combine(folder, "debian-sections.train.svm.gz"), test = Path.Combine(folder, "debian-sections.test.svm.gz");
        long started = Stopwatch.GetTimestamp();
        SparseDataSet<float> rows = SvmLight.Read<float>(train, TargetKind.Class), testRows = SvmLight.Read(test, TargetKind.Class, rows);
        double readSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        AdaGrad rule =
            new() { LearningRate = DefaultRates.OfSparse("adagrad")!.Value, InitialAccumulator = DefaultRates.SparseAccumulator };
        using ScikitLearn? other = ScikitLearn.Start(train, test);
        if (other is null)
        {
            report("scikit-learn is missing, so there is no ratio; on Debian: apt-get install python3-sklearn");
        }

        List<SparseRow> results = [];
        for (int i = 0; i < Repetitions; i++)
        {
            (double Seconds, double Accuracy)? theirs = other?.Fit();
            TrainingResult ours = Fit(rows, testRows, rule, (ulong)i);
            results.Add(new(ours.Seconds, ours.TestAccuracy!.Value, theirs?.Seconds, theirs?.Accuracy));
            report(Line(results[^1]));
        }

        string settings = string.Create(CultureInfo.InvariantCulture,
            $"adagrad, learning rate {rule.LearningRate}, initial accumulator {rule.InitialAccumulator}, "
            + $"batches of {TrainSettings.SparseBatch}, {Epochs} epochs, {rows.RowCount:N0} rows, {rows.EntryCount:N0} entries, "
            + $"{(rows.FeatureCount + 1L) * rows.ClassLabels!.Count:N0} parameters, {Execution.Default.Threads} threads");
        return new(results, other?.Version, Process.GetCurrentProcess().PeakWorkingSet64, readSeconds, settings);
    }

    public string Markdown() => MarkdownTable.Of(
        ["fit", "seconds", "test accuracy", $"scikit-learn {OtherVersion ?? "(missing)"}: seconds", "test accuracy", "ratio of seconds"],
        Rows.Select((row, i) => (string[])[$"{i + 1}", Text($"{row.Seconds:F2}"), Text($"{row.Accuracy:F4}"),
            Text($"{row.OtherSeconds:F2}"), Text($"{row.OtherAccuracy:F4}"), Text($"{row.Ratio:F3}")]))
        + Text($"\nMedian ratio: ")
        + Text($"{(OtherVersion is null ? "none" : Quartiles.Of([.. Rows.Select(row => row.Ratio!.Value)]).Format("F3"))}; ")
        + Text($"lowest test accuracy {Rows.Min(row => row.Accuracy):F4}. ")
        + Text($"Peak memory of this process {PeakBytes / 1e6:F0} MB; both files were read in {ReadSeconds:F2} s. Ours: {Settings}.\n");

    private static TrainingResult Fit(SparseDataSet<float> rows, SparseDataSet<float> testRows, AdaGrad rule, ulong seed)
    {
        SparseSoftmaxRegression<float> model = new(rows);
        using Optimizer<float> optimizer = Optimizer<float>.Create(model.ParameterCount, rule);
        TrainingOptions options = new() { BatchSize = TrainSettings.SparseBatch, MaxEpochs = Epochs, Seed = seed };
        using NativeVector<float> parameters = new(model.ParameterCount);
        return new Trainer<float>(model, optimizer, options).Run(parameters.AsSpan(), new SparseSoftmaxRegression<float>(testRows));
    }

    private static string Line(SparseRow row) =>
        Text($"ours {row.Seconds:F2} s, accuracy {row.Accuracy:F4}; scikit-learn {row.OtherSeconds:F2} s, {row.OtherAccuracy:F4}; ")
        + Text($"ratio {row.Ratio:F3}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
