using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>
/// A step that needs two norms of each layer (segment of the parameters) before it can be taken, so it makes two passes.
/// A <c>readonly struct</c> without references.
/// </summary>
/// <typeparam name="V">The lanes, as in <see cref="IUpdate{V}"/>.</typeparam>
public interface ILayerwiseUpdate<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>State vectors that the formula uses, 0 to 2.</summary>
    static abstract int StateCount { get; }

    /// <summary>
    /// Whether the first pass brings the state up to date. Then the second one neither reads the gradient nor writes the state;
    /// otherwise the first one leaves the state alone.
    /// </summary>
    static abstract bool UpdatesStateFirst { get; }

    /// <summary>What is special of the state vectors, as in <see cref="IUpdate{V}"/>.</summary>
    static virtual StateTraits Traits => StateTraits.None;

    /// <summary>First pass: the elements of the two vectors x and y whose norms are needed.</summary>
    /// <param name="p">Parameters θ.</param>
    /// <param name="g">Gradient.</param>
    /// <param name="s0">First state vector.</param>
    /// <param name="s1">Second state vector.</param>
    /// <param name="x">The first vector.</param>
    /// <param name="y">The second vector.</param>
    void Measure(V p, V g, ref V s0, ref V s1, out V x, out V y);

    /// <summary>The factor of a layer, from ‖x‖₂ and ‖y‖₂ over it.</summary>
    double Ratio(double normX, double normY);

    /// <summary>Second pass.</summary>
    /// <param name="ratio">The factor of the layer.</param>
    /// <param name="p">Parameters θ, read and written.</param>
    /// <param name="g">Gradient, unless <see cref="UpdatesStateFirst"/>.</param>
    /// <param name="s0">First state vector.</param>
    /// <param name="s1">Second state vector.</param>
    void Apply(V ratio, ref V p, V g, ref V s0, ref V s1);
}
