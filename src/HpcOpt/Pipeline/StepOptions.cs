namespace HpcOpt;

/// <summary>What a step does with the gradient before the update and with the parameters after it. What is not set costs nothing.</summary>
public sealed record StepOptions
{
    /// <summary>c &gt; 0: where ‖g‖₂ &gt; c, g becomes g·c/‖g‖₂; null leaves it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or not greater than 0.</exception>
    public double? MaxNorm { get; init => field = value is { } c ? Interval.Positive.Check(c) : null; }

    /// <summary>c &gt; 0: after that, each element of g is brought into [-c, c]; null leaves it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or not greater than 0.</exception>
    public double? MaxValue { get; init => field = value is { } c ? Interval.Positive.Check(c) : null; }

    /// <summary>What a step does where an element of g is not finite.</summary>
    public NonFiniteGradient NonFinite { get; init; }

    /// <summary>The factor of the loss, by which the gradient is divided; each step adapts it. Gradients not finite are skipped.</summary>
    public LossScaler? LossScaler { get; init; }

    /// <summary>d in [0, 1): after each step a ← d·a + (1-d)θ, from a₀ = θ₀; null keeps no average.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double? AverageDecay { get; init => field = value is { } d ? Interval.Fraction.Check(d) : null; }

    /// <summary>Write each parameter as bf16 too, for the next forward pass; parameters of <see cref="float"/> alone.</summary>
    public bool KeepsCopy { get; init; }

    /// <summary>Combines the sums of a step with those of other processes; null for a model in this process alone.</summary>
    public IStepReducer? Reducer { get; init; }

    /// <summary>No options.</summary>
    internal static StepOptions None { get; } = new();

    /// <summary>Whether a step checks or measures the whole gradient first.</summary>
    internal bool Measures => MaxNorm is not null || LossScaler is not null || NonFinite != NonFiniteGradient.Unchecked;

    internal bool Skips => LossScaler is not null || NonFinite == NonFiniteGradient.Skip;
}

/// <summary>What a step does with a gradient that holds NaN or an infinity.</summary>
public enum NonFiniteGradient
{
    /// <summary>Not checked: NaN and infinity enter the formula. Optimizers that work on matrices throw all the same.</summary>
    Unchecked,

    /// <summary><see cref="NotFiniteNumberException"/>; nothing has changed.</summary>
    Throw,

    /// <summary>No step is taken; the report has it.</summary>
    Skip,
}

/// <summary>What a step did.</summary>
/// <param name="GradientNorm">‖g‖₂ of finite elements after reduction and unscaling, before clipping, in double; null unless used.</param>
/// <param name="IsClipped">Whether <see cref="StepOptions.MaxNorm"/> shortened the gradient.</param>
/// <param name="IsSkipped">Whether the step was skipped for elements not finite. Parameters, state and average are as they were.</param>
/// <param name="NonFinite">How many elements of g are not finite; 0 where the norm is null.</param>
public readonly record struct StepReport(double? GradientNorm, bool IsClipped, bool IsSkipped, long NonFinite);
