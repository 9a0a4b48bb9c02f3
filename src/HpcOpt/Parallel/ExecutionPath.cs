using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt;

/// <summary>One way to run an update on this CPU. Every path computes the same bits; they differ in speed alone.</summary>
public sealed class ExecutionPath
{
    private ExecutionPath(string name, LaneWidth lanes, bool isSupported, string requires)
    {
        Name = name;
        Lanes = lanes;
        IsSupported = isSupported;
        Requires = requires;
    }

    /// <summary>All paths, fastest first.</summary>
    public static IReadOnlyList<ExecutionPath> All { get; } =
    [
        new("avx512", LaneWidth.Bits512, Avx512F.IsSupported && Vector512.IsHardwareAccelerated, "AVX-512 F, BW, CD, DQ, VL"),
        new("avx2", LaneWidth.Bits256, Avx2.IsSupported && Fma.IsSupported, "AVX2 and FMA"),
        new("vector128", LaneWidth.Bits128, Vector128.IsHardwareAccelerated, "128-bit SIMD"),
        new("portable", LaneWidth.Portable, Vector.IsHardwareAccelerated, "SIMD that System.Numerics.Vector knows"),
        new("scalar", LaneWidth.Scalar, true, "nothing"),
    ];

    /// <summary>The paths that this CPU and run-time support, fastest first.</summary>
    public static IReadOnlyList<ExecutionPath> Supported { get; } = [.. All.Where(path => path.IsSupported)];

    /// <summary>The name: <c>avx512</c>, <c>avx2</c>, <c>vector128</c>, <c>portable</c> or <c>scalar</c>.</summary>
    public string Name { get; }

    /// <summary>Whether this CPU and run-time can run the path.</summary>
    public bool IsSupported { get; }

    /// <summary>What the path needs from the CPU.</summary>
    public string Requires { get; }

    internal LaneWidth Lanes { get; }

    /// <summary>The supported path of that name.</summary>
    /// <param name="name">One of the names of <see cref="All"/>, in any case.</param>
    /// <exception cref="ArgumentException">The name is unknown, or this CPU does not support the path.</exception>
    public static ExecutionPath Parse(string name)
    {
        ExecutionPath path = Find(name, out string? error);
        return error is null ? path : throw new ArgumentException(error, nameof(name));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The path of that name, or what is wrong with it.</summary>
    internal static ExecutionPath Find(string name, out string? error)
    {
        string supported = string.Join(", ", Supported);
        ExecutionPath? path = All.FirstOrDefault(candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        error = path switch
        {
            null => $"Unknown path '{name}'; this machine supports {supported}.",
            { IsSupported: false } =>
                $"Path '{path}' needs {path.Requires}, which this CPU or run-time lacks; this machine supports {supported}.",
            _ => null,
        };
        return path ?? All[^1];
    }
}

internal enum LaneWidth
{
    Scalar,
    Portable,
    Bits128,
    Bits256,
    Bits512,
}
