using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Passes of a step beside its update: the average, the bf16 copy and the limited gradient where they cannot join it.</summary>
internal sealed unsafe class PublishPass<T>(Execution execution)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CompiledUpdates _updates = new(1);

    /// <summary>a ← a + share·(θ - a)</summary>
    public void MoveToward(RangePlan plan, Numbers average, Numbers parameters, TensorAddresses tensors, double share) =>
        Run(plan, average, parameters, tensors, new AveragePass(share));

    /// <summary>Each parameter in the format of the copy, to nearest.</summary>
    public void Copy(RangePlan plan, Numbers copy, Numbers parameters, TensorAddresses tensors) =>
        Run(plan, copy, parameters, tensors, default(CopyPass));

    /// <summary>Scales and limits a gradient.</summary>
    public void Limit(RangePlan plan, Numbers limited, Numbers gradient, TensorAddresses tensors, double scale, double limit) =>
        Run(plan, limited, gradient, tensors, new LimitPass(scale, limit));

    private void Run<TPass>(RangePlan plan, Numbers destination, Numbers source, TensorAddresses tensors, TPass pass)
        where TPass : struct, IPass
    {
        // The second address of parameters belongs to their step.
        source.Second = source.Format == NumberFormat.Split ? source.Second : null;
        NumberFormat arithmetic = Operand<T>.Arithmetic;
        var streams =
            new Streams { P = destination, G = source, IsLowPrecision = destination.Format != arithmetic || source.Format != arithmetic };
        var job = new PassJob<T, TPass>(pass, _updates, &streams);
        execution.Dispatch<T, PassJob<T, TPass>>(ref job);
        plan.RunAlike(execution, _updates.First, &streams, tensors);
    }

    private readonly struct AveragePass(double share) : IPass
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V> => sweep.Run(new MoveTowardUpdate<V>(V.Create(share)));
    }

    private readonly struct CopyPass : IPass
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V> => sweep.Run(default(CopyUpdate<V>));
    }

    private readonly struct LimitPass(double scale, double limit) : IPass
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V> =>
            new Modified<V, ScalingWithLimit<V>, TSweep>(sweep, new(scale, limit)).Run(default(CopyUpdate<V>));
    }

    private readonly struct MoveTowardUpdate<V>(V share) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = V.MulAdd(share, g - p, p);
    }

    private readonly struct CopyUpdate<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        public static Traffic Traffic => Traffic.ReadGradient | Traffic.WriteParameters;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = g;
    }
}
