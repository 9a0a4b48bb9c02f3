using HpcOpt.Lanes;

namespace HpcOpt;

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
