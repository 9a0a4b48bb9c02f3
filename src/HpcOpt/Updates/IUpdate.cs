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

    /// <summary>Traits of the state vectors; none by default. Also a constant, the same in all updates of a rule.</summary>
    static virtual StateTraits Traits => StateTraits.None;

    /// <summary>Updates one set of lanes.</summary>
    /// <remarks>Mark it <c>AggressiveInlining</c>: the speed of the loop depends on it.</remarks>
    /// <param name="p">Parameters θ, read and written.</param>
    /// <param name="g">Gradient.</param>
    /// <param name="s0">First state vector, read and written if <see cref="StateCount"/> ≥ 1.</param>
    /// <param name="s1">Second state vector, read and written if <see cref="StateCount"/> ≥ 2.</param>
    /// <param name="s2">Third state vector, read and written if <see cref="StateCount"/> ≥ 3.</param>
    /// <param name="s3">Fourth state vector, read and written if <see cref="StateCount"/> = 4.</param>
    void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3);
}
