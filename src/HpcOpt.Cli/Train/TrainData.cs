using System.Numerics;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>The rows of a run, dense or sparse, in the units of the file.</summary>
internal abstract record TrainData(string Name, Sampler? Sampler)
{
    public abstract int TrainRows { get; }

    /// <summary>0 without.</summary>
    public abstract int ValidationRows { get; }

    /// <summary>0 without.</summary>
    public abstract int TestRows { get; }

    public abstract int FeatureCount { get; }

    /// <summary>Draws from the rows to train on; null means the default.</summary>
    public Sampler? Sampler { get; } = Sampler;

    /// <summary>A short list of the features, for a page.</summary>
    public abstract string FeatureText { get; }

    /// <summary>The models over the rows.</summary>
    public abstract TrainModels<T> Models<T>(TrainSettings settings, Execution execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <exception cref="DataException">A file cannot be used.</exception>
    public static TrainData Load(TrainSettings settings) =>
        !settings.Data.IsSparse ? DenseData.Load(settings)
        : settings.SinglePrecision ? SparseData<float>.Load(settings)
        : SparseData<double>.Load(settings);
}

/// <summary>The models of a run, in the precision in which it trains.</summary>
internal abstract class TrainModels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public abstract IModel<T> Train { get; }

    public abstract IModel<T>? Validation { get; }

    public abstract IModel<T>? Test { get; }

    /// <summary>What a loss of these models is multiplied by to be one in the units of the target.</summary>
    public virtual double LossUnit => 1;

    /// <summary>What computes the matrix products; null for a model without them.</summary>
    public virtual string? Blas => null;

    /// <summary>Null for a model that is none.</summary>
    public virtual NetworkReport? Network => null;

    /// <summary>The parameters at which training begins: zeros, unless the model draws others.</summary>
    public virtual T[] Start() => new T[Train.ParameterCount];

    /// <summary>In the units of the columns; null for a model with several coefficients per column.</summary>
    public virtual IReadOnlyDictionary<string, double>? Coefficients(T[] parameters) => null;
}
