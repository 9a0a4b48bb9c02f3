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
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new TrainModels<T>(settings, this);

    /// <exception cref="DataException">A file cannot be used.</exception>
    public static TrainingData Load(TrainSettings settings)
    {
        TrainArguments given = settings.Given;
        CsvTable table = Read(given.Data, given.Header);
        DataSet<double> all = table.ToDataSet(settings.Target, settings.TargetKind, given.Features);
        int[] rows = [.. Enumerable.Range(0, all.RowCount)];
        DataSet<double>? test = given.TestData is not null
            ? CsvTable.Read(given.TestData, given.Header).ToDataSet(settings.Target, settings.TargetKind, all.FeatureNames, all.ClassLabels)
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

    private static CsvTable Read(string? path, bool? header)
    {
        if (path is not null)
        {
            return CsvTable.Read(path, header);
        }

        using Stream stream = typeof(TrainingData).Assembly.GetManifestResourceStream(Embedded)!;
        return CsvTable.Read(stream, Embedded, header: false);
    }
}
