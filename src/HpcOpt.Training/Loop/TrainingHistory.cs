namespace HpcOpt.Training;

/// <summary>The records of the epochs, as a table of numbers for the state.</summary>
internal sealed class TrainingHistory : IStateful
{
    private const int Columns = 11;
    private double[] _table = [];

    public List<EpochRecord> Records { get; } = [];

    public void VisitState(StateVisitor visitor)
    {
        _table = [.. Records.SelectMany(Row)];
        visitor.Array("epochs", ref _table, Columns);
    }

    public void StateRestored()
    {
        Records.Clear();
        Records.AddRange(_table.Chunk(Columns).Select(Record));
        _table = [];
    }

    // The first number says by its bits which of the last ones are there: they may be NaN.
    private static double[] Row(EpochRecord record) =>
    [
        (record.TestLoss is null ? 0 : 1) + (record.TestAccuracy is null ? 0 : 2)
            + (record.ValidationLoss is null ? 0 : 4) + (record.Evaluations is null ? 0 : 8),
        record.Step, record.Loss, record.LearningRate, record.GradientNorm, record.Seconds, record.OptimizerSeconds,
        record.TestLoss ?? 0, record.TestAccuracy ?? 0, record.ValidationLoss ?? 0, record.Evaluations ?? 0,
    ];

    private static EpochRecord Record(double[] row, int index)
    {
        int present = (int)row[0];
        return new()
        {
            Epoch = index + 1,
            Step = (long)row[1],
            Loss = row[2],
            LearningRate = row[3],
            GradientNorm = row[4],
            Seconds = row[5],
            OptimizerSeconds = row[6],
            TestLoss = (present & 1) == 0 ? null : row[7],
            TestAccuracy = (present & 2) == 0 ? null : row[8],
            ValidationLoss = (present & 4) == 0 ? null : row[9],
            Evaluations = (present & 8) == 0 ? null : (int)row[10],
        };
    }
}
