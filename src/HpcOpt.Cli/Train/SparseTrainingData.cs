using System.Numerics;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>Rows of svmlight files, as they are: what is not 0 is not shifted by standard units, and stays sparse.</summary>
internal sealed record SparseTrainingData<T>(string Name, SparseDataSet<T> Train, SparseDataSet<T>? Validation, SparseDataSet<T>? Test, Sampler? Sampler) : ITrainingData
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int TrainRows => Train.RowCount;

    public int ValidationRows => Validation?.RowCount ?? 0;

    public int TestRows => Test?.RowCount ?? 0;

    public int FeatureCount => Train.FeatureCount;

    public string FeatureText => $"{FeatureCount}, sparse";

    /// <exception cref="DataException">A file cannot be used.</exception>
    public static SparseTrainingData<T> Load(TrainSettings settings)
    {
        TrainArguments given = settings.Given;
        SparseDataSet<T> rest = SvmLight.Read<T>(given.Data!, TargetKind.Class, firstIndex: given.FirstIndex);
        if (rest.ClassLabels!.Count < 2)
        {
            throw new DataException($"{given.Data}: every row has the label {rest.ClassLabels[0]}; expected at least 2 classes.");
        }

        SparseDataSet<T>? test = given.TestData is not null
            ? SvmLight.Read(given.TestData, TargetKind.Class, like: rest, given.FirstIndex)
            : SetAside(ref rest, settings.TestFraction, given.Seed);
        SparseDataSet<T>? validation = SetAside(ref rest, settings.ValidationFraction, given.Seed);
        int[] classes = [.. rest.Targets.ToArray().Select(int.CreateTruncating)];
        return new(given.Data!, rest, validation, test, settings.Sampler?.Create(classes, settings.Options.BatchSize));
    }

    public ITrainModels<TModel> Models<TModel>(TrainSettings settings, Execution execution)
        where TModel : unmanaged, IBinaryFloatingPointIeee754<TModel> => (ITrainModels<TModel>)(object)new SparseModels(this, execution);

    /// <summary>Takes a share of the rows away, at random; null if that is none.</summary>
    private static SparseDataSet<T>? SetAside(ref SparseDataSet<T> rows, double share, ulong seed)
    {
        (rows, SparseDataSet<T> taken) = rows.Split(share, seed);
        return taken.RowCount > 0 ? taken : null;
    }

    private sealed class SparseModels(SparseTrainingData<T> data, Execution execution) : ITrainModels<T>
    {
        public IModel<T> Train { get; } = new SparseSoftmaxRegression<T>(data.Train, execution);

        public IModel<T>? Validation { get; } = data.Validation is null ? null : new SparseSoftmaxRegression<T>(data.Validation, execution);

        public IModel<T>? Test { get; } = data.Test is null ? null : new SparseSoftmaxRegression<T>(data.Test, execution);

        public double LossUnit => 1;

        public IReadOnlyDictionary<string, double>? Coefficients(T[] parameters) => null;
    }
}
