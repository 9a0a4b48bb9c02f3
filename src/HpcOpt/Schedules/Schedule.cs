namespace HpcOpt;

/// <summary>
/// A learning-rate schedule: step t uses the rate η·f(t), where f is this schedule's factor and η the optimizer's learning rate.
/// </summary>
/// <remarks>
/// f is a pure function of t, the number of the step to take, from 1: a resumed run needs nothing but its step count. Only
/// <see cref="ReduceOnPlateauSchedule"/> has a state, because it follows losses;
/// a schedule of one's own that has one is an <see cref="IStateful"/>. The bits of f do not depend on the machine.
/// <see cref="object.ToString"/> gives the text that <see cref="Parse"/> reads.
/// </remarks>
/// <example><code>
/// optimizer.Schedule = new CosineSchedule(steps: 900).WithWarmup(steps: 100);
/// optimizer.Schedule = Schedule.Parse("warmup:steps=100+cosine:steps=900");
/// </code></example>
public abstract class Schedule
{
    /// <summary>A text for each kind, with all its settings; those after <c>steps</c> and its like show the defaults.</summary>
    public static IReadOnlyList<string> Examples => ScheduleText.Examples;

    /// <summary>Steps until the factor no longer changes; null where it never ends. A sequence goes on to its next part there.</summary>
    internal virtual long? Length => null;

    /// <summary>
    /// Reads a schedule: <c>name:setting=value,setting=value</c>, for example <c>cosine:steps=1000</c>. A sequence joins its parts with
    /// <c>+</c>; each part but the last lasts for its own steps, or for those after <c>@</c>: <c>constant@500+cosine:steps=1000</c>.
    /// </summary>
    /// <param name="text">The text; <see cref="Examples"/> shows every kind.</param>
    /// <exception cref="ArgumentException">The text has an unknown schedule or setting, lacks one, or a value is out of range.</exception>
    public static Schedule Parse(string text) => ScheduleText.Parse(text);

    /// <summary>f(t) ≥ 0.</summary>
    /// <param name="step">t, the number of the step to take, from 1: t - 1 steps are done.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is less than 1.</exception>
    public double Factor(long step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        return FactorAt(step);
    }

    /// <summary>Tells a loss, which <see cref="ReduceOnPlateauSchedule"/> follows and the others ignore.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="loss">The loss after them, such as that of an epoch over the validation rows.</param>
    public virtual void Report(long step, double loss)
    {
    }

    /// <summary>This schedule for its first steps, then another, which counts from its own step 1.</summary>
    /// <param name="next">What follows.</param>
    /// <param name="after">How many steps this one lasts, from 1; in a sequence, counted from the sequence's start.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="after"/> leaves the last part of this sequence no step.</exception>
    public SequenceSchedule Then(Schedule next, long after)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new(this, next, after);
    }

    /// <summary>A linear warm-up, then this schedule from its step 1: t/n for t ≤ n, then f(t - n).</summary>
    /// <param name="steps">n, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is less than 1.</exception>
    public SequenceSchedule WithWarmup(long steps) => new WarmupSchedule(steps).Then(this, steps);

    /// <summary>f(t) for t ≥ 1.</summary>
    /// <param name="step">t, checked.</param>
    protected abstract double FactorAt(long step);
}
