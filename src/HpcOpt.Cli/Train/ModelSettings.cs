using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

internal enum ModelKind
{
    Linear,
    Logistic,
    Softmax,
    Poisson,
    Mlp,
}

/// <summary>What is fitted to the rows.</summary>
internal sealed record ModelSettings
{
    public const int DefaultUnits = 128;

    /// <summary>As given; null means softmax.</summary>
    public ModelKind? Given { get; init; }

    public ModelKind Kind => Given ?? ModelKind.Softmax;

    public bool IsNetwork => Kind == ModelKind.Mlp;

    /// <summary>The shape, where <see cref="IsNetwork"/>.</summary>
    public MultilayerPerceptronOptions Network { get; init; } = new() { Hidden = [DefaultUnits] };

    /// <summary>Whether the target of a network is a class, with the loss of softmax; otherwise a number, with the squared loss.</summary>
    public bool HasClasses { get; init; } = true;

    public TargetKind Target => Kind switch
    {
        ModelKind.Linear => TargetKind.Value,
        ModelKind.Logistic => TargetKind.ZeroOne,
        ModelKind.Poisson => TargetKind.Count,
        ModelKind.Mlp when !HasClasses => TargetKind.Value,
        _ => TargetKind.Class,
    };
}
