using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>
/// The formula of one step, with the step's constants in its fields. A <c>readonly struct</c> without references.
/// </summary>
/// <typeparam name="V">The lanes: as many parameters as are updated at once. The formula must not depend on their number.</typeparam>
public interface IUpdate<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>
    /// State vectors that the formula uses, 0 to 4. The compiler sees a constant, so the loads and stores of the others disappear.
    /// </summary>
    static abstract int StateCount { get; }

    /// <summary>What the formula reads and writes; everything, unless it says less. A constant, too.</summary>
    static virtual Traffic Traffic => Traffic.All;

    /// <summary>What is special of the state vectors; nothing, unless it says more. A constant, too, and the same in all updates of a rule.</summary>
    static virtual StateTraits Traits => StateTraits.None;

    /// <summary>Updates one set of lanes.</summary>
    /// <remarks>Mark it <c>AggressiveInlining</c>: the sweep's speed depends on it.</remarks>
    /// <param name="p">Parameters θ, read and written.</param>
    /// <param name="g">Gradient.</param>
    /// <param name="s0">First state vector, read and written if <see cref="StateCount"/> ≥ 1.</param>
    /// <param name="s1">Second state vector, read and written if <see cref="StateCount"/> ≥ 2.</param>
    /// <param name="s2">Third state vector, read and written if <see cref="StateCount"/> ≥ 3.</param>
    /// <param name="s3">Fourth state vector, read and written if <see cref="StateCount"/> = 4.</param>
    void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3);
}

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

/// <summary>Applies an update to every parameter of a vector.</summary>
/// <typeparam name="V">The lanes of the chosen path.</typeparam>
public interface ISweep<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>Runs <paramref name="update"/> over all parameters, in one pass.</summary>
    /// <typeparam name="TUpdate">The formula.</typeparam>
    /// <param name="update">The formula with its constants.</param>
    void Run<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, IUpdate<V>;

    /// <summary>Runs <paramref name="update"/> layer by layer, in two passes over all parameters.</summary>
    /// <typeparam name="TUpdate">The formula.</typeparam>
    /// <param name="update">The formula with its constants.</param>
    void RunLayerwise<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, ILayerwiseUpdate<V>;
}

/// <summary>The streams of memory that a pass moves.</summary>
[Flags]
public enum Traffic
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>θ is read.</summary>
    ReadParameters = 1,

    /// <summary>The gradient is read.</summary>
    ReadGradient = 2,

    /// <summary>The state vectors are read.</summary>
    ReadState = 4,

    /// <summary>θ is written.</summary>
    WriteParameters = 8,

    /// <summary>The state vectors are written.</summary>
    WriteState = 16,

    /// <summary>θ, gradient and state are read; θ and state are written.</summary>
    All = ReadParameters | ReadGradient | ReadState | WriteParameters | WriteState,
}

/// <summary>What is special of the state vectors, which matters where they are stored in fewer bits. State vector k has the bits of its names shifted by k.</summary>
[Flags]
public enum StateTraits
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The first one is never negative, as a mean of squares: fp8 spends no bit on its sign.</summary>
    NonNegative0 = 1,

    /// <summary>The second one is never negative.</summary>
    NonNegative1 = 2,

    /// <summary>The third one is never negative.</summary>
    NonNegative2 = 4,

    /// <summary>The fourth one is never negative.</summary>
    NonNegative3 = 8,

    /// <summary>The first one holds parameters, as an average of them: it keeps the precision of the arithmetic.</summary>
    Parameters0 = 16,

    /// <summary>The second one holds parameters.</summary>
    Parameters1 = 32,

    /// <summary>The third one holds parameters.</summary>
    Parameters2 = 64,

    /// <summary>The fourth one holds parameters.</summary>
    Parameters3 = 128,
}
