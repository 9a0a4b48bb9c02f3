using System.Numerics;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>The data in standard units, and the models over them.</summary>
internal sealed class TrainModels<T> : ITrainModels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ModelKind _kind;
    private readonly Standardizer _standardizer;

    public TrainModels(TrainSettings settings, TrainingData data)
    {
        _kind = settings.Model;
        _standardizer = new(data.Train, keepTarget: _kind == ModelKind.Poisson);
        Train = Model(data.Train)!;
        Validation = Model(data.Validation);
        Test = Model(data.Test);
        LossUnit = _kind == ModelKind.Linear ? SquaredTargetUnit(data.Train.FeatureCount) : 1;
    }

    public IModel<T> Train { get; }

    public IModel<T>? Validation { get; }

    public IModel<T>? Test { get; }

    /// <summary>What a loss in standard units is multiplied with to be one in the units of the target.</summary>
    public double LossUnit { get; }

    /// <summary>In the units of the columns; null for a model with several coefficients per column.</summary>
    public IReadOnlyDictionary<string, double>? Coefficients(T[] parameters) =>
        _kind == ModelKind.Softmax ? null : _standardizer.Coefficients<T>(parameters);

    private IModel<T>? Model(DataSet<double>? data)
    {
        if (data is null)
        {
            return null;
        }

        DataSet<T> rows = _standardizer.Transform<T>(data);
        return _kind switch
        {
            ModelKind.Linear => new LinearRegression<T>(rows),
            ModelKind.Logistic => new LogisticRegression<T>(rows),
            ModelKind.Poisson => new PoissonRegression<T>(rows),
            _ => new SoftmaxRegression<T>(rows),
        };
    }

    // The squared loss is in the squared units of the target, whose σ is what a standardised intercept of 1 adds to `const`.
    private double SquaredTargetUnit(int featureCount)
    {
        double[] parameters = new double[featureCount + 1];
        double mean = _standardizer.Coefficients<double>(parameters)[Standardizer.InterceptName];
        parameters[^1] = 1;
        double deviation = _standardizer.Coefficients<double>(parameters)[Standardizer.InterceptName] - mean;
        return deviation * deviation;
    }
}
