using System.Numerics;

namespace HpcOpt.Tests;

/// <summary>Reproducible numbers, and executions that no machine would choose.</summary>
internal static class TestData
{
    /// <summary>A scalar loop on the caller's thread: what every path must reproduce.</summary>
    public static Execution Plain { get; } = Forced(ExecutionPath.Parse("scalar"), 1);

    /// <summary>That path and that many threads, however small the vector and the machine.</summary>
    public static Execution Forced(ExecutionPath path, int threads) => new(path, threads, chunkBytes: 64, grainBytes: 64);

    /// <summary>Normal numbers, of which every seventh is zero and some are tiny or large.</summary>
    public static T[] Numbers<T>(int length, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var numbers = new T[length];
        for (int i = 0; i < length; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            double scale = random.Next(16) switch { 0 => 1e-6, 1 => 1e4, _ => 1 };
            numbers[i] = i % 7 == 3 ? T.Zero : T.CreateTruncating(normal * scale);
        }

        return numbers;
    }

    /// <summary>The bytes of a state vector, with its scales.</summary>
    public static unsafe byte[] Bits(StateView state) =>
        [.. new ReadOnlySpan<byte>(state.Pointer, (int)state.ByteLength),
            .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(state.Scales)];

    /// <summary>The bytes of parameters and state: what "the same bits" compares.</summary>
    public static byte[] Bits<T>(ReadOnlySpan<T> parameters, Optimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bytes = new List<byte>();
        bytes.AddRange(System.Runtime.InteropServices.MemoryMarshal.AsBytes(parameters));
        foreach (StateView state in optimizer.State)
            bytes.AddRange(Bits(state));
        return [.. bytes];
    }
}
