using System.Numerics;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>The rows of a run, dense or sparse.</summary>
internal interface ITrainingData
{
    /// <summary>The file, or what is embedded.</summary>
    string Name { get; }

    int TrainRows { get; }

    /// <summary>0 without.</summary>
    int ValidationRows { get; }

    /// <summary>0 without.</summary>
    int TestRows { get; }

    int FeatureCount { get; }

    /// <summary>Draws from the rows to train on; null means the default.</summary>
    Sampler? Sampler { get; }

    /// <summary>A short list of the features, for a page.</summary>
    string FeatureText { get; }

    /// <summary>The models over the rows.</summary>
    ITrainModels<T> Models<T>(TrainSettings settings, Execution execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>The models of a run, in the precision in which it trains.</summary>
internal interface ITrainModels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    IModel<T> Train { get; }

    IModel<T>? Validation { get; }

    IModel<T>? Test { get; }

    /// <summary>What a loss of these models is multiplied with to be one in the units of the target.</summary>
    double LossUnit { get; }

    /// <summary>What computes the matrix products; null for a model without them.</summary>
    string? Blas => null;

    /// <summary>Null for a model that is none.</summary>
    NetworkReport? Network => null;

    /// <summary>The parameters at which training begins: zeros, unless the model draws others.</summary>
    T[] Start() => new T[Train.ParameterCount];

    /// <summary>In the units of the columns; null for a model with several coefficients per column.</summary>
    IReadOnlyDictionary<string, double>? Coefficients(T[] parameters);
}
