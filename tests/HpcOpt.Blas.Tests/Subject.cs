using System.Numerics;
using HpcOpt.Blas.Providers;

namespace HpcOpt.Blas.Tests;

/// <summary>Every provider that this project supports; a test names the one that is missing, because Setup installs them.</summary>
internal static class Subject
{
    // Tests that compare with a reference run as three threads: more than the machine may have, and no divisor of most sizes.
    private static readonly Execution Threads = new(ExecutionPath.Supported[0], threads: 3, chunkBytes: 64, grainBytes: 64);

    public static TheoryData<string> Providers => [.. BlasLibraries.Names, "managed"];

    /// <summary>The provider on that execution; a small limit splits calls as 2³¹ does.</summary>
    public static LinearAlgebra Of(string provider, Execution? execution = null, nint limit = int.MaxValue)
    {
        BlasProvider found = BlasSearch.Named(provider) is { } kind ? Found(kind) : BlasProvider.Managed;
        return new(found, execution ?? Threads, limit);
    }

    /// <summary>Normal numbers.</summary>
    public static T[] Numbers<T>(nint length, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        T[] numbers = new T[length];
        foreach (ref T number in numbers.AsSpan())
            number = T.CreateTruncating(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return numbers;
    }

    /// <summary>2⁻²⁴ or 2⁻⁵³: half a unit in the last place of 1.</summary>
    public static double Rounding<T>() => typeof(T) == typeof(float) ? 1 / (double)(1 << 24) : 1 / (double)(1L << 53);

    private static BlasProvider Found(BlasSearch kind)
    {
        Assert.True(kind.Provider is not null, $"{kind.FullName} is missing: {kind.Missing}");
        return kind.Provider!;
    }
}
