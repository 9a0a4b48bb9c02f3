using System.Numerics;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>The rows to train on and to test on, in the units of the file.</summary>
/// <param name="Name">The file, or what is embedded.</param>
/// <param name="Train">At least one row.</param>
/// <param name="Validation">Null without.</param>
/// <param name="Test">Null if there are no rows for a test.</param>
/// <param name="Sampler">Draws from <paramref name="Train"/>; null means the default.</param>
internal sealed record TrainingData(string Name, DataSet<double> Train, DataSet<double>? Validation, DataSet<double>? Test, Sampler? Sampler) : ITrainingData
{
    private const string Embedded = "digits.csv.gz";

    public int TrainRows => Train.RowCount;

    public int ValidationRows => Validation?.RowCount ?? 0;

    public int TestRows => Test?.RowCount ?? 0;

    public int FeatureCount => Train.FeatureCount;

    public string FeatureText => FeatureCount <= 20 ? string.Join(", ", Train.FeatureNames) : $"{FeatureCount}";

    public ITrainModels<T> Models<T>(TrainSettings settings, Execution execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new TrainModels<T>(settings, this, execution);

    /// <exception cref="DataException">A file cannot be used.</exception>
    public static TrainingData Load(TrainSettings settings)
    {
        TrainArguments given = settings.Given;
        Table? table = given.TargetData is null ? Read(given.Data, given.Header) : null;
        DataSet<double> all = table?.ToDataSet(settings.Target, settings.TargetKind, given.Features)
            ?? Arrays(given.Data!, given.TargetData!, settings.TargetKind, classLabels: null);
        int[] rows = [.. Enumerable.Range(0, all.RowCount)];
        DataSet<double>? test = given.TestData is not null
            ? TestRowsOf(given, settings, all)
            : SetAside(all, ref rows, settings.TestFraction, given.Seed);
        DataSet<double>? validation = SetAside(all, ref rows, settings.ValidationFraction, given.Seed);
        DataSet<double> train = rows.Length == all.RowCount ? all : all.Rows(rows);
        return new(
            given.Data ?? "embedded digits", train, validation, test, settings.Sampler?.Create(table, rows, train, settings.Options.BatchSize));
    }

    /// <summary>Takes a share of the rows away, at random; null if that is none.</summary>
    private static DataSet<double>? SetAside(DataSet<double> all, ref int[] rows, double share, ulong seed)
    {
        int[] from = rows;
        (int[] kept, int[] taken) = (from.Length == all.RowCount ? all : all.Rows(from)).SplitRows(share, seed);
        rows = Array.ConvertAll(kept, row => from[row]);
        return taken.Length > 0 ? all.Rows(Array.ConvertAll(taken, row => from[row])) : null;
    }

    private static DataSet<double> TestRowsOf(TrainArguments given, TrainSettings settings, DataSet<double> train)
    {
        if (given.TestTargetData is null)
        {
            return Read(given.TestData, given.Header).ToDataSet(settings.Target, settings.TargetKind, train.FeatureNames, train.ClassLabels);
        }

        DataSet<double> test = Arrays(given.TestData!, given.TestTargetData, settings.TargetKind, train.ClassLabels);
        return test.FeatureCount == train.FeatureCount ? test : throw new DataException(
            $"{given.TestData}: has {test.FeatureCount} numbers a row; expected {train.FeatureCount} as in {given.Data}.");
    }

    private static DataSet<double> Arrays(string features, string targets, TargetKind kind, IReadOnlyList<double>? classLabels) =>
        ArrayFile.Open(features).ToDataSet<double>(ArrayFile.Open(targets), kind, classLabels);

    private static Table Read(string? path, bool? header)
    {
        if (path is null)
        {
            using Stream stream = typeof(TrainingData).Assembly.GetManifestResourceStream(Embedded)!;
            return CsvTable.Read(stream, Embedded, header: false);
        }

        return InputFile.FormatOf(path) switch
        {
            InputFormat.Csv => CsvTable.Read(path, header),
            InputFormat.Parquet when header is null => ParquetTable.Read(path),
            InputFormat.Parquet => throw new CliException(ExitCode.Usage, $"--header belongs to CSV; {path} is Parquet, which names its columns; leave it out."),
            _ => throw new CliException(ExitCode.Usage, $"{path} is an array, which has no columns; give the file with its targets by --target-data (and --test-target-data for --test-data), instead of --target."),
        };
    }
}
