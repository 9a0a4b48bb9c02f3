using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Runs passes over vectors: what an optimizer of one's own needs beside a rule.</summary>
/// <remarks>For one thread at a time. After its first runs it allocates nothing.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="execution">Path and threads.</param>
public sealed unsafe class VectorPass<T>(Execution execution)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CompiledUpdates _updates = new(1);
    private readonly RangePlan _plan = new([new SegmentRange()], sizeof(T));

    /// <summary>One pass over vectors of equal length; those that its update does not use are null.</summary>
    /// <typeparam name="TPass">The pass.</typeparam>
    /// <param name="pass">Hands over the update.</param>
    /// <param name="length">Number of elements of each vector.</param>
    /// <param name="p">The vector that takes the place of the parameters.</param>
    /// <param name="g">The vector that takes the place of the gradient.</param>
    /// <param name="s0">The first vector of state.</param>
    /// <param name="s1">The second one.</param>
    /// <param name="s2">The third one.</param>
    /// <param name="s3">The fourth one.</param>
    public void Run<TPass>(in TPass pass, nint length, T* p, T* g, T* s0 = null, T* s1 = null, T* s2 = null, T* s3 = null)
        where TPass : struct, IPass
    {
        Streams streams = Streams.Of(length, p, g, s0, s1, s2, s3);
        var job = new PassJob<T, TPass>(pass, _updates, &streams);
        execution.Dispatch<T, PassJob<T, TPass>>(ref job);
        if (_updates.First->Measure != null)
        {
            throw new NotSupportedException($"{typeof(TPass).Name} is layer-wise; run it by an optimizer.");
        }

        _plan.Resize(length);
        _plan.RunAlike(execution, _updates.First, &streams, default);
    }
}

/// <summary>The update of a rule without scalars as a pass over vectors of one's own.</summary>
/// <typeparam name="TRule">The rule; not a layer-wise one.</typeparam>
/// <param name="rule">The hyperparameters.</param>
/// <param name="number">t, the number of the step, from 1.</param>
/// <param name="gradientScale">What the gradient is multiplied by.</param>
public readonly unsafe struct RulePass<TRule>(TRule rule, long number, double gradientScale) : IPass
    where TRule : struct, IOptimizerRule
{
    /// <inheritdoc/>
    public void Run<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> =>
        rule.Step<V, Modified<V, Scaling<V>, TSweep>>(new StepInfo(number, null, 0), new(sweep, new(gradientScale)));
}

/// <summary>Compiles the update of a pass for the lanes of the path.</summary>
internal readonly unsafe struct PassJob<T, TPass>(TPass pass, CompiledUpdates updates, Streams* streams) : IKernelJob<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TPass : struct, IPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>()
        where V : unmanaged, IKernelLanes<V, T> => pass.Run<V, UpdateCompiler<T, V>>(new(updates, 0, streams));
}
