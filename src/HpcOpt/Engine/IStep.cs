using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>What one pass does, before the path decides on lanes.</summary>
internal interface IStep
{
    void Run<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>;
}

/// <summary>What is done with the lanes of a path, once it is known.</summary>
internal interface IPathJob<T>
    where T : unmanaged
{
    void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>;
}
