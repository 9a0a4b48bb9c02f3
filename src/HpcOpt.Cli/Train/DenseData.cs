using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>Rows of tables and arrays.</summary>
/// <param name="Name">The file, or what is embedded.</param>
/// <param name="Train">At least one row.</param>
/// <param name="Validation">Null without.</param>
/// <param name="Test">Null if there are no rows for a test.</param>
/// <param name="Sampler">Draws from <paramref name="Train"/>; null means the default.</param>
internal sealed record DenseData(string Name, DataSet<double> Train, DataSet<double>? Validation, DataSet<double>? Test, Sampler? Sampler)
    : TrainData(Name, Sampler)
{
    private const string Embedded = "digits.csv.gz";

    public override int TrainRows => Train.RowCount;

    public override int ValidationRows => Validation?.RowCount ?? 0;

    public override int TestRows => Test?.RowCount ?? 0;

    public override int FeatureCount => Train.FeatureCount;

    public override string FeatureText => FeatureCount <= 20 ? string.Join(", ", Train.FeatureNames) : $"{FeatureCount}";

    public override TrainModels<T> Models<T>(TrainSettings settings, Execution execution) => new DenseModels<T>(settings, this, execution);

    /// <exception cref="DataException">A file cannot be used.</exception>
    public static new DenseData Load(TrainSettings settings)
    {
        DataSettings given = settings.Data;
        Table? table = given.TargetFile is null ? Read(given.File, given.Header) : null;
        DataSet<double> all = table?.ToDataSet(given.TargetName, settings.Model.Target, given.Features)
            ?? Arrays(given.File!, given.TargetFile!, settings.Model.Target, classLabels: null);
        int[] rows = [.. Enumerable.Range(0, all.RowCount)];
        DataSet<double>? test = given.TestFile is not null
            ? TestRowsOf(given, settings, all)
            : SetAside(all, ref rows, settings.TestShare, settings.Seed);
        DataSet<double>? validation = SetAside(all, ref rows, settings.ValidationShare, settings.Seed);
        DataSet<double> train = rows.Length == all.RowCount ? all : all.Rows(rows);
        return new(
            given.Name, train, validation, test, settings.Sampler?.Create(table, rows, train, settings.Options.BatchSize));
    }

    /// <summary>Takes a share of the rows away, at random; null if that is none.</summary>
    private static DataSet<double>? SetAside(DataSet<double> all, ref int[] rows, double share, ulong seed)
    {
        int[] from = rows;
        (int[] kept, int[] taken) = (from.Length == all.RowCount ? all : all.Rows(from)).SplitRows(share, seed);
        rows = Array.ConvertAll(kept, row => from[row]);
        return taken.Length > 0 ? all.Rows(Array.ConvertAll(taken, row => from[row])) : null;
    }

    private static DataSet<double> TestRowsOf(DataSettings given, TrainSettings settings, DataSet<double> train)
    {
        if (given.TestTargetFile is null)
        {
            return Read(given.TestFile, given.Header)
                .ToDataSet(given.TargetName, settings.Model.Target, train.FeatureNames, train.ClassLabels);
        }

        DataSet<double> test = Arrays(given.TestFile!, given.TestTargetFile, settings.Model.Target, train.ClassLabels);
        return test.FeatureCount == train.FeatureCount ? test : throw new DataException(
            $"{given.TestFile}: has {test.FeatureCount} numbers a row; expected {train.FeatureCount} as in {given.File}.");
    }

    private static DataSet<double> Arrays(string features, string targets, TargetKind kind, IReadOnlyList<double>? classLabels) =>
        ArrayFile.Open(features).ToDataSet<double>(ArrayFile.Open(targets), kind, classLabels);

    private static Table Read(string? path, bool? header)
    {
        if (path is null)
        {
            using Stream stream = typeof(DenseData).Assembly.GetManifestResourceStream(Embedded)!;
            return CsvTable.Read(stream, Embedded, header: false);
        }

        return InputFile.FormatOf(path) switch
        {
            InputFormat.Csv => CsvTable.Read(path, header),
            InputFormat.Parquet when header is null => ParquetTable.Read(path),
            InputFormat.Parquet => throw new CliException(ExitCode.Usage, $"--header belongs to CSV; {path} is Parquet, which names " +
                "its columns; leave it out."),
            _ => throw new CliException(ExitCode.Usage, $"{path} is an array, which has no columns; give the file with its targets by " +
                "--target-data (and --test-target-data for --test-data), instead of --target."),
        };
    }
}
