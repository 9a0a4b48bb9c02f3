using HpcOpt.Training;

namespace HpcOpt.Benchmarks.Networks;

/// <summary>What both implementations train: a 784-1024-1024-10 network on 10,000 rows in batches of 128, with AdamW.</summary>
internal static class NetworkProblem
{
    public const int Rows = 10_000;
    public const int Features = 784;
    public const int Classes = 10;
    public const int Batch = 128;
    public const ulong Seed = 1;

    public static readonly int[] Hidden = [1024, 1024];

    public static string Text { get; } =
        $"{Features}-{string.Join('-', Hidden)}-{Classes}, ReLU, softmax, f32; {Rows:N0} rows in batches of {Batch}; AdamW";

    /// <summary>Rows like MNIST's in shape: values from 0 to 1, four in five 0, with a class that some columns tell.</summary>
    public static (float[] Features, float[] Targets) Arrays()
    {
        Philox random = new(Seed, stream: 77);
        float[] features = new float[Rows * Features], targets = new float[Rows];
        for (int i = 0; i < Rows; i++)
        {
            targets[i] = random.NextBelow(Classes);
            for (int j = 0; j < Features; j++)
            {
                uint draw = random.NextUInt32();
                bool isOn = draw % 5 == 0 || (j % Classes == (int)targets[i] && draw % 3 == 0);
                features[(i * Features) + j] = isOn ? (draw >> 16) / 65536f : 0;
            }
        }

        return (features, targets);
    }

    public static DataSet<float> Data((float[] Features, float[] Targets) arrays) =>
        new(arrays.Features, arrays.Targets, [.. Enumerable.Range(0, Features).Select(j => $"x{j}")],
            [.. Enumerable.Range(0, Classes).Select(k => (double)k)]);

    /// <summary>The batches of an epoch, the same for both.</summary>
    public static EpochBatches Batches(ulong epoch) => new RandomPartition(Rows, Batch).Epoch(Seed, epoch);
}

/// <summary>An implementation that trains, on memory of its own.</summary>
internal interface INetwork : IDisposable
{
    /// <summary>The mean loss of a batch at the parameters of now, and its gradient in the order of this library's θ.</summary>
    double Gradient(ReadOnlySpan<int> rows, Span<float> gradient);

    /// <summary>An epoch; the mean loss of its batches.</summary>
    double Epoch(ulong epoch);

    /// <summary>Seconds of the epochs so far in the steps of the optimizer.</summary>
    double OptimizerSeconds { get; }
}
