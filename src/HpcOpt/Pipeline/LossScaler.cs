using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>
/// A factor for the loss that keeps gradients of low precision from vanishing: halved when they overflow, doubled after many steps in which
/// they did not.
/// </summary>
/// <remarks>
/// Multiply the loss, and so its gradients, by <see cref="Scale"/>; a step whose <see cref="StepOptions.LossScaler"/> it is divides by it
/// again. Source: P. Micikevicius et al., "Mixed precision training", 2018; the defaults are PyTorch's.
/// </remarks>
public sealed class LossScaler : IStateful
{
    /// <summary>The factor; a power of two makes scaling exact.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or not greater than 0.</exception>
    public double Scale { get; set => field = Interval.Positive.Check(value); } = 65536;

    /// <summary>By how much the factor grows, above 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or at most 1.</exception>
    public double Growth { get; init => field = Interval.MoreThanOne.Check(value); } = 2;

    /// <summary>By how much it shrinks, in (0, 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in (0, 1).</exception>
    public double Backoff { get; init => field = Interval.OpenFraction.Check(value); } = 0.5;

    /// <summary>After how many steps in a row without overflow it grows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public long GrowthInterval { get; init => field = Guard.AtLeastOne(value); } = 2000;

    /// <summary>Steps without overflow since the factor changed.</summary>
    public long GoodSteps { get; private set; }

    /// <summary>Adapts the factor to the outcome of a step.</summary>
    /// <param name="overflowed">Whether a gradient was not finite.</param>
    public void Update(bool overflowed)
    {
        GoodSteps = overflowed ? 0 : GoodSteps + 1;
        double next = overflowed ? Scale * Backoff : GoodSteps == GrowthInterval ? Scale * Growth : Scale;

        // At the ends of the range of double the factor stays.
        if (next != Scale && next > 0 && double.IsFinite(next))
        {
            (Scale, GoodSteps) = (next, 0);
        }
    }

    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        (double scale, long goodSteps) = (Scale, GoodSteps);
        visitor.Real("scale", ref scale, double.Epsilon, double.MaxValue);
        visitor.Integer("goodSteps", ref goodSteps);
        (Scale, GoodSteps) = (scale, goodSteps);
    }
}
