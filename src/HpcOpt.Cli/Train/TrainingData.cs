using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>The rows to train on and to test on, in the units of the file.</summary>
/// <param name="Name">The file, or what is embedded.</param>
/// <param name="Train">At least one row.</param>
/// <param name="Test">Null if there are no rows for a test.</param>
internal sealed record TrainingData(string Name, DataSet<double> Train, DataSet<double>? Test)
{
    private const string Embedded = "digits.csv.gz";

    /// <exception cref="DataException">A file cannot be used.</exception>
    public static TrainingData Load(TrainSettings settings)
    {
        TrainArguments given = settings.Given;
        DataSet<double> all = Read(given.Data, given.Header).ToDataSet(settings.Target, settings.TargetKind, given.Features);
        string name = given.Data ?? "embedded digits";
        if (given.TestData is not null)
        {
            CsvTable rows = CsvTable.Read(given.TestData, given.Header);
            return new(name, all, rows.ToDataSet(settings.Target, settings.TargetKind, all.FeatureNames, all.ClassLabels));
        }

        if (settings.TestFraction == 0)
        {
            return new(name, all, Test: null);
        }

        (DataSet<double> train, DataSet<double> test) = all.Split(settings.TestFraction, given.Seed);
        return new(name, train, test.RowCount > 0 ? test : null);
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
