using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>What is done to the lanes of a gradient before any update, in the same pass.</summary>
internal interface IGradientModifier<V>
    where V : unmanaged, ILanes<V>
{
    V Apply(V g);
}

/// <summary>g ← scale · g.</summary>
internal readonly struct Scaling<V>(double scale) : IGradientModifier<V>
    where V : unmanaged, ILanes<V>
{
    private readonly V _scale = V.Create(scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply(V g) => _scale * g;
}

/// <summary>g ← min(limit, max(-limit, scale · g)); NaN stays NaN.</summary>
internal readonly struct ScalingWithLimit<V>(double scale, double limit) : IGradientModifier<V>
    where V : unmanaged, ILanes<V>
{
    private readonly V _scale = V.Create(scale);
    private readonly V _low = V.Create(-limit);
    private readonly V _high = V.Create(limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply(V g) => V.Min(_high, V.Max(_low, _scale * g));
}
