using System.Numerics;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>Rows of svmlight files, as they are: what is not 0 is not shifted by standard units, and stays sparse.</summary>
internal sealed record SparseData<T>(
    string Name, SparseDataSet<T> Train, SparseDataSet<T>? Validation, SparseDataSet<T>? Test, Sampler? Sampler) : TrainData(Name, Sampler)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int TrainRows => Train.RowCount;

    public override int ValidationRows => Validation?.RowCount ?? 0;

    public override int TestRows => Test?.RowCount ?? 0;

    public override int FeatureCount => Train.FeatureCount;

    public override string FeatureText => $"{FeatureCount}, sparse";

    /// <exception cref="DataException">A file cannot be used.</exception>
    public static new SparseData<T> Load(TrainSettings settings)
    {
        DataSettings given = settings.Data;
        SparseDataSet<T> rest = SvmLight.Read<T>(given.File!, TargetKind.Class, firstIndex: given.FirstIndex);
        if (rest.ClassLabels!.Count < 2)
        {
            throw new DataException($"{given.File}: every row has the label {rest.ClassLabels[0]}; expected at least 2 classes.");
        }

        SparseDataSet<T>? test = given.TestFile is not null
            ? SvmLight.Read(given.TestFile, TargetKind.Class, like: rest, given.FirstIndex)
            : SetAside(ref rest, settings.TestShare, settings.Seed);
        SparseDataSet<T>? validation = SetAside(ref rest, settings.ValidationShare, settings.Seed);
        int[] classes = [.. rest.Targets.ToArray().Select(int.CreateTruncating)];
        return new(given.File!, rest, validation, test, settings.Sampler?.Create(classes, settings.Options.BatchSize));
    }

    public override TrainModels<TModel> Models<TModel>(TrainSettings settings, Execution execution) =>
        (TrainModels<TModel>)(object)new SparseModels(this, execution);

    /// <summary>Takes a share of the rows away, at random; null if that is none.</summary>
    private static SparseDataSet<T>? SetAside(ref SparseDataSet<T> rows, double share, ulong seed)
    {
        (rows, SparseDataSet<T> taken) = rows.Split(share, seed);
        return taken.RowCount > 0 ? taken : null;
    }

    private sealed class SparseModels(SparseData<T> data, Execution execution) : TrainModels<T>
    {
        public override IModel<T> Train { get; } = new SparseSoftmaxRegression<T>(data.Train, execution);

        public override IModel<T>? Validation { get; } =
            data.Validation is null ? null : new SparseSoftmaxRegression<T>(data.Validation, execution);

        public override IModel<T>? Test { get; } = data.Test is null ? null : new SparseSoftmaxRegression<T>(data.Test, execution);
    }
}
