using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>What one pass over vectors does, before the path decides on lanes: it hands an update to the sweep, once.</summary>
public interface IPass
{
    /// <summary>Folds its constants into an update and hands that over.</summary>
    /// <typeparam name="V">The lanes of the chosen path and precision.</typeparam>
    /// <typeparam name="TSweep">The engine's end of the call.</typeparam>
    /// <param name="sweep">Receives the update.</param>
    void Run<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>;
}

/// <summary>What is done with the lanes of a path, once it is known; <see cref="Execution.OnPath"/> runs it.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IPathJob<T>
    where T : unmanaged
{
    /// <summary>Does it.</summary>
    /// <typeparam name="V">The lanes.</typeparam>
    void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>;
}

/// <summary>The same of the engine's own kernels.</summary>
internal interface IKernelJob<T>
    where T : unmanaged
{
    void Run<V>()
        where V : unmanaged, IKernelLanes<V, T>;
}
