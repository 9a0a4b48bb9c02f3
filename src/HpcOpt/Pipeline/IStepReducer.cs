namespace HpcOpt;

/// <summary>Combines the sums of a step with those of processes that hold other parts of the model, before they are used.</summary>
/// <remarks>
/// Called by the thread that steps, in the same order in every process: for the squares of the gradient and its numbers that are not
/// finite, where the step asks for them, then for the squares of all layers of a layer-wise rule.
/// </remarks>
public interface IStepReducer
{
    /// <summary>Replaces each sum by the sum over all processes.</summary>
    void Add(Span<double> sums);

    /// <summary>Replaces each value by the largest of all processes.</summary>
    void Max(Span<double> values);
}
