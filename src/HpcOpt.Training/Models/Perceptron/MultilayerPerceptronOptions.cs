namespace HpcOpt.Training;

/// <summary>The shape of a <see cref="MultilayerPerceptron{T}"/> and how it is trained.</summary>
public sealed record MultilayerPerceptronOptions
{
    /// <summary>Units of each hidden layer, from the input on, each at least 1; none is a linear model.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [];

    /// <summary>Of the hidden units.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>The probability p in [0, 1) that training drops a hidden unit of a row; others are divided by 1 - p. 0 is off.</summary>
    public double Dropout { get; init; }

    /// <summary>Of the weights; null: <see cref="Initialization.Glorot"/> for tanh, else <see cref="Initialization.He"/>.</summary>
    public Initialization? Initialization { get; init; }

    /// <summary><see cref="Initialization"/>, or what its null means.</summary>
    public Initialization EffectiveInitialization =>
        Initialization ?? (Activation == Activation.Tanh ? Training.Initialization.Glorot : Training.Initialization.He);

    /// <summary>Fixes the initial weights and the units that are dropped.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Rows that go through the network at once, at least 1. A larger batch is taken in parts whose gradients add up, which bounds the
    /// memory for intermediate results and changes the gradient by rounding alone.
    /// </summary>
    public int MicroBatch { get; init; } = 1024;

    /// <summary>Refuses what no network can mean.</summary>
    internal void Validate()
    {
        Require(Hidden is not null, nameof(Hidden), Hidden, "a list of widths");
        for (int i = 0; i < Hidden!.Count; i++)
        {
            Require(Hidden[i] >= 1, $"{nameof(Hidden)}[{i}]", Hidden[i], "at least 1 unit");
        }

        Require(Hidden.Count <= Dropout<float>.MostLayers, nameof(Hidden), Hidden.Count,
            $"at most {Dropout<float>.MostLayers} hidden layers");
        Require(Enum.IsDefined(Activation), nameof(Activation), Activation, "relu, tanh or gelu");
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and less than 1");
        Require(Initialization is null || Enum.IsDefined(Initialization.Value), nameof(Initialization), Initialization, "he or glorot");
        Require(MicroBatch >= 1, nameof(MicroBatch), MicroBatch, "at least 1 row");
    }

    private static void Require(bool inRange, string name, object? value, string range)
    {
        if (!inRange)
        {
            throw new ArgumentOutOfRangeException(name, value, $"expected {range}");
        }
    }
}
