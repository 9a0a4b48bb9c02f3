using System.Numerics;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>The whole of a vector, at once, with the lanes of one path.</summary>
internal readonly unsafe struct Sweep<T, V>(Execution execution, Vectors<T>* memory) : ISweep<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IMemoryLanes<V, T>
{
    public void Run<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, IUpdate<V>
    {
        fixed (TUpdate* constants = &update)
        {
            if (memory->Stored != null)
            {
                StoredLoop<T, V, TUpdate>.Sweep(execution, constants, memory);
                return;
            }

            var loop = new UpdateLoop<T, V, TUpdate> { Update = constants, Memory = memory };
            execution.Run(&UpdateLoop<T, V, TUpdate>.Run, &loop, memory->Length, sizeof(T));
        }
    }

    public void RunLayerwise<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, ILayerwiseUpdate<V> =>
        throw new InvalidOperationException($"{typeof(TUpdate)} needs layers, which this sweep has not.");
}

/// <summary>Keeps the update of one group of segments until the updates of all groups are there.</summary>
internal readonly unsafe struct GroupSweep<T, V>(SegmentPlan<T> plan, int group) : ISweep<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IMemoryLanes<V, T>
{
    public void Run<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, IUpdate<V> =>
        plan.Set(group, update, new GroupPass { Apply = &Apply<TUpdate> });

    public void RunLayerwise<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, ILayerwiseUpdate<V> =>
        plan.Set(group, update, new GroupPass
        {
            Measure = &LayerwiseLoop<T, V, TUpdate>.Measure,
            Finish = &LayerwiseLoop<T, V, TUpdate>.Finish,
            Apply = &LayerwiseLoop<T, V, TUpdate>.Apply,
        });

    private static void Apply<TUpdate>(GroupPass* pass, void* memory, SegmentRun* run, nint start, nint end)
        where TUpdate : unmanaged, IUpdate<V>
    {
        if (((Vectors<T>*)memory)->Stored != null)
        {
            StoredLoop<T, V, TUpdate>.Part((TUpdate*)pass->Constants, (Vectors<T>*)memory, run, start, end);
            return;
        }

        var loop = new UpdateLoop<T, V, TUpdate> { Update = (TUpdate*)pass->Constants, Memory = (Vectors<T>*)memory };
        UpdateLoop<T, V, TUpdate>.Run(&loop, start, end);
    }
}
