using System.Numerics;
using HpcOpt.Blas;
using HpcOpt.Cli.Commands;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>The data in standard units, and the models over them.</summary>
internal sealed class DenseModels<T> : TrainModels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ModelKind _kind;
    private readonly Standardizer _standardizer;
    private readonly MultilayerPerceptronOptions? _network;
    private readonly LinearAlgebra? _linearAlgebra;
    private readonly bool _hasClasses;

    /// <exception cref="CliException">The network is too large.</exception>
    public DenseModels(TrainSettings settings, DenseData data, Execution execution)
    {
        _kind = settings.Model.Kind;
        _network = settings.Network;
        _hasClasses = settings.Model.Target == TargetKind.Class;
        _linearAlgebra = _network is null ? null : BlasOption.Create(execution);
        _standardizer = new(data.Train, keepTarget: _kind == ModelKind.Poisson);
        Train = Model(data.Train)!;
        Validation = Model(data.Validation);
        Test = Model(data.Test);
        LossUnit = settings.Model.Target == TargetKind.Value ? SquaredTargetUnit(data.Train.FeatureCount) : 1;
    }

    public override IModel<T> Train { get; }

    public override IModel<T>? Validation { get; }

    public override IModel<T>? Test { get; }

    /// <summary>What a loss in standard units is multiplied by to be one in the units of the target.</summary>
    public override double LossUnit { get; }

    /// <summary>What computes the matrix products; null for a model without them.</summary>
    public override string? Blas => _linearAlgebra?.Provider.Name;

    /// <summary>Null for a model that is none.</summary>
    public override NetworkReport? Network => _network is null ? null : new()
    {
        Parameters = Train.ParameterCount,
        Hidden = _network.Hidden,
        Activation = _network.Activation,
        Loss = _hasClasses ? "softmax" : "squared",
        Dropout = _network.Dropout,
        Initialization = _network.EffectiveInitialization,
        MicroBatch = _network.MicroBatch,
    };

    /// <summary>The parameters at which training begins: zeros, or the weights that a network draws, which forgets the runs
    /// before.</summary>
    public override T[] Start()
    {
        T[] parameters = new T[Train.ParameterCount];
        if (Train is MultilayerPerceptron<T> network)
        {
            network.Initialize(parameters);
            network.DropoutStep = 0;
        }

        return parameters;
    }

    /// <summary>In the units of the columns; null for a model with several coefficients per column.</summary>
    public override IReadOnlyDictionary<string, double>? Coefficients(T[] parameters) =>
        _kind is ModelKind.Softmax or ModelKind.Mlp ? null : _standardizer.Coefficients<T>(parameters);

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
            ModelKind.Mlp => Perceptron(rows),
            _ => new SoftmaxRegression<T>(rows),
        };
    }

    private MultilayerPerceptron<T> Perceptron(DataSet<T> rows)
    {
        try
        {
            return new(rows, _network!, _linearAlgebra);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, $"--hidden is {string.Join(',', _network!.Hidden)}: {CliException.Sentence(e)}.", e);
        }
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
