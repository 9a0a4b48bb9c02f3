namespace HpcOpt;

/// <summary>What a <see cref="FusedStep{T}"/> does with the gradients and beside the update. What is not asked for costs nothing.</summary>
public sealed record FusedStepOptions
{
    /// <summary>What the step makes of its K gradients: their mean, unless it says sum.</summary>
    public GradientReduction Reduction { get; init; }

    /// <summary>c &gt; 0: where ‖g‖₂ &gt; c, g becomes g·c/‖g‖₂; null leaves it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or not greater than 0.</exception>
    public double? MaxNorm { get; init => field = value is { } c ? Guard.Positive(c) : null; }

    /// <summary>c &gt; 0: after that, each element of g is brought into [-c, c]; null leaves it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or not greater than 0.</exception>
    public double? MaxValue { get; init => field = value is { } c ? Guard.Positive(c) : null; }

    /// <summary>Take no step where an element of g is not finite. A <see cref="LossScaler"/> always asks for it.</summary>
    public bool SkipNonFinite { get; init; }

    /// <summary>The factor of the loss, by which the gradients are divided; the step's outcome adapts it. Null means 1.</summary>
    public LossScaler? LossScaler { get; init; }

    /// <summary>d in [0, 1): after each step a ← d·a + (1-d)θ, from a₀ = θ₀; null keeps no average.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double? AverageDecay { get; init => field = value is { } d ? Guard.Fraction(d) : null; }

    /// <summary>Write each parameter as bf16 too, for the next forward pass; parameters of <see cref="float"/> alone.</summary>
    public bool KeepsCopy { get; init; }

    internal bool Measures => MaxNorm is not null || SkipNonFinite || LossScaler is not null;
}

/// <summary>What a <see cref="FusedStep{T}"/> did.</summary>
/// <param name="GradientNorm">‖g‖₂ after reduction and unscaling, before clipping, summed in double; without its elements that are not finite. Null for one gradient where nothing asked for it.</param>
/// <param name="IsClipped">Whether <see cref="FusedStepOptions.MaxNorm"/> shortened the gradient.</param>
/// <param name="IsSkipped">Whether no step was taken, because of elements that are not finite. Parameters, state and average are as they were.</param>
/// <param name="NonFinite">How many elements of g are not finite; 0 where the norm is null.</param>
public readonly record struct StepReport(double? GradientNorm, bool IsClipped, bool IsSkipped, long NonFinite);
