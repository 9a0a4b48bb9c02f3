using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>A step that an optimizer is about to take.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly unsafe ref struct StepContext<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal readonly Streams* Memory;

    /// <summary>What else belongs to the step; null where it is a plain one over vectors.</summary>
    internal readonly StepExtras<T>* Extras;
    internal readonly IStepReducer? Reducer;

    internal StepContext(
        Streams* memory, long number, double rateFactor, double scale = 1, StepExtras<T>* extras = null, IStepReducer? reducer = null)
    {
        Memory = memory;
        Extras = extras;
        (Number, RateFactor, GradientScale, Reducer) = (number, rateFactor, scale, reducer);
    }

    /// <summary>t, the number of this step, from 1.</summary>
    public long Number { get; }

    /// <summary>What the schedule multiplies the learning rate by.</summary>
    public double RateFactor { get; }

    /// <summary>What the gradient is to be multiplied by before it is used.</summary>
    public double GradientScale { get; }

    /// <summary>The parameters of a segment.</summary>
    /// <param name="segment">A segment of the optimizer's layout.</param>
    /// <param name="index">Its number.</param>
    public T* ParametersOf(ParameterSegment segment, int index) =>
        Extras != null && Extras->Tensors.HasParameters ? (T*)Extras->Tensors.ParametersOf(index) : (T*)Memory->P.Address + segment.Start;

    /// <summary>The gradient of a segment; null where it is absent, so that the segment is to be left alone.</summary>
    /// <inheritdoc cref="ParametersOf"/>
    public T* GradientOf(ParameterSegment segment, int index) =>
        Extras == null ? (T*)Memory->G.Address + segment.Start
        : Extras->Tensors.IsAbsent(index) ? null
        : Extras->Tensors.HasGradients ? (T*)Extras->Tensors.GradientOf(index)
        : (T*)Memory->G.Address + segment.Start;
}

/// <summary>What belongs to a step that is not a plain one over vectors.</summary>
internal unsafe struct StepExtras<T>(StepModifiers modifiers, bool joins, TensorAddresses tensors, RowPass<T>* rows)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What joins the update, if <see cref="Joins"/>.</summary>
    public StepModifiers Modifiers = modifiers;

    public readonly bool Joins = joins;

    /// <summary>Addresses of the tensors; the default for vectors.</summary>
    public readonly TensorAddresses Tensors = tensors;

    /// <summary>The rows of a sparse step; null for a dense one.</summary>
    public readonly RowPass<T>* Rows = rows;
}
