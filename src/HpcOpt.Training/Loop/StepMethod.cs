using System.Numerics;

namespace HpcOpt.Training;

/// <summary>How a run takes its steps: all that the loop knows of an optimizer.</summary>
internal abstract class StepMethod<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the method needs of the batches.</summary>
    public virtual StoppingNeeds Needs => StoppingNeeds.None;

    /// <summary>η of the next step. It may call the caller's schedule, so it comes before anything changes.</summary>
    public abstract double LearningRate { get; }

    /// <summary>‖g‖₂ of the last batch, or of the gradient that the last step took.</summary>
    public abstract double GradientNorm { get; }

    /// <summary>The loss after the last step, of a method that knows it.</summary>
    public virtual double? LossAfterStep => null;

    /// <summary>Whether no further step is to be expected.</summary>
    public virtual bool IsExhausted => false;

    /// <summary>Evaluations of loss and gradient, of a method that takes several a step.</summary>
    public virtual int? Evaluations => null;

    /// <summary>Before the first step of other parameters than the last.</summary>
    public virtual void Start()
    {
    }

    /// <summary>Brings the parameters that a batch reads up to date.</summary>
    public virtual void Prepare(Span<T> parameters, ReadOnlySpan<int> batch)
    {
    }

    /// <summary>The loss of a batch, whose gradient the method keeps; changes nothing that is carried.</summary>
    public abstract double Evaluate(ReadOnlySpan<T> parameters, ReadOnlySpan<int> batch);

    /// <summary>Adds the gradient to those of the step to come.</summary>
    public virtual void Accumulate()
    {
    }

    /// <summary>Drops the gradients of the step to come.</summary>
    public virtual void Discard()
    {
    }

    /// <summary>The step.</summary>
    /// <param name="parameters">θ, which it changes.</param>
    /// <param name="endsEpoch">Whether gradient and norm will be asked for.</param>
    public abstract StepOutcome Step(Span<T> parameters, bool endsEpoch);

    /// <summary>The gradient that the last step of an epoch took.</summary>
    public abstract ReadOnlySpan<T> Gradient { get; }

    /// <summary>The parameters at which the model is to be evaluated; valid until the next call.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="stop">Why the run ends, if these are the results; else null.</param>
    public abstract ReadOnlySpan<T> EvaluationPoint(ReadOnlySpan<T> parameters, StopReason? stop);

    /// <summary>Loss and ‖∇L‖₂ at the results, where they are known.</summary>
    public virtual (double Loss, double GradientNorm)? Measures(StopReason stop) => null;

    /// <summary>Tells the schedule the loss of an epoch.</summary>
    public virtual void Report(double loss)
    {
    }

    /// <summary>Names what the method carries.</summary>
    public abstract void VisitState(StateVisitor visitor);
}

/// <summary>What became of a step.</summary>
/// <param name="Failure">Why there was none; null if it was taken.</param>
/// <param name="Rate">η.</param>
/// <param name="Updated">Parameters that were updated.</param>
/// <param name="ModelTime">Time within the model.</param>
internal readonly record struct StepOutcome(StopReason? Failure, double Rate = 0, long Updated = 0, TimeSpan ModelTime = default);
