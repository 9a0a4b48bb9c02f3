using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>A step that an optimizer is about to take.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly unsafe ref struct StepContext<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal readonly Streams* Memory;
    internal readonly StepModifiers* Modifiers;
    internal readonly TensorAddresses Tensors;
    internal readonly RowPass<T>* Rows;
    internal readonly IStepReducer? Reducer;

    /// <summary>Whether something precedes the first write of the update.</summary>
    internal readonly bool Begins;

    internal StepContext(Streams* memory, long number, double rateFactor)
    {
        Memory = memory;
        (Number, RateFactor, GradientScale) = (number, rateFactor, 1);
    }

    internal StepContext(
        Streams* memory, long number, double rateFactor, double scale, StepModifiers* modifiers, TensorAddresses tensors, RowPass<T>* rows, IStepReducer? reducer)
    {
        Memory = memory;
        Modifiers = modifiers;
        Rows = rows;
        Begins = true;
        (Number, RateFactor, GradientScale, Tensors, Reducer) = (number, rateFactor, scale, tensors, reducer);
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
    public T* ParametersOf(ParameterSegment segment, int index) => Tensors.ParametersOf(index) is var tensor && tensor != 0 ? (T*)tensor : (T*)Memory->P.Address + segment.Start;

    /// <summary>The gradient of a segment; null where it is absent, so that the segment is to be left alone.</summary>
    /// <inheritdoc cref="ParametersOf"/>
    public T* GradientOf(ParameterSegment segment, int index) =>
        Tensors.IsAbsent(index) ? null
        : Tensors.GradientOf(index) is var tensor && tensor != 0 ? (T*)tensor
        : (T*)Memory->G.Address + segment.Start;
}
