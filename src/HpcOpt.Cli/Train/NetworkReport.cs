using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>What <c>train --model mlp --json</c> says of the network.</summary>
internal sealed record NetworkReport
{
    public required int Parameters { get; init; }

    /// <summary>Units of each hidden layer.</summary>
    public required IReadOnlyList<int> Hidden { get; init; }

    public required Activation Activation { get; init; }

    /// <summary><c>softmax</c> or <c>squared</c>.</summary>
    public required string Loss { get; init; }

    public required double Dropout { get; init; }

    public required Initialization Initialization { get; init; }

    public required int MicroBatch { get; init; }
}
