using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>The format of an optimizer's state in memory; the arithmetic is always <see cref="float"/>'s.</summary>
public enum StateFormat
{
    /// <summary>As the arithmetic: nothing is rounded.</summary>
    Full,

    /// <summary>bf16: 2 bytes for each number.</summary>
    BFloat16,

    /// <summary>fp8 in blocks of 256 numbers with a scale: 1.02 bytes a number; non-negative vectors have no sign bit.</summary>
    Float8,
}

/// <summary>How a number is rounded to low precision.</summary>
public enum Rounding
{
    /// <summary>Up or down at random, each as likely as the number is near: right in the mean, so that many small changes add up.</summary>
    Stochastic,

    /// <summary>To the nearest: changes of less than half a step are lost every time.</summary>
    Nearest,
}

/// <summary>How an optimizer stores its state, and how it rounds that and parameters of low precision.</summary>
/// <remarks>
/// Stochastic rounding is the default: the mean of squares moves by 1-β₂ = 0.1 % a step, less than half a step of bf16 or fp8, and rounded
/// to nearest would never fall. The random bits are a function of seed, step and index, on any path, thread or shard; indices 2³² apart
/// share them. State vectors that hold parameters, such as averages, keep the format of the arithmetic.
/// </remarks>
public sealed record Storage
{
    /// <summary>The format of the state.</summary>
    public StateFormat State { get; init; }

    /// <summary>How state and bf16 parameters are rounded.</summary>
    public Rounding Rounding { get; init; }

    /// <summary>Fixes the random bits of stochastic rounding.</summary>
    public ulong Seed { get; init; }

    /// <summary>Index of this optimizer's first parameter in the model, ≥ 0: shards round as the whole. Fp8: a multiple of 256.</summary>
    public long FirstIndex { get; init => field = Guard.Between(value, 0, long.MaxValue, nameof(FirstIndex)); }
}
