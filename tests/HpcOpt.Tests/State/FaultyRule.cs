using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Tests.State;

/// <summary>A user's rule: v ← 0.9·v + g; c ← c / 2; θ ← 0.99·θ - ηc·v. It throws when it is told to.</summary>
internal record struct FaultyRule : IOptimizerRule
{
    public FaultyRule()
    {
    }

    public readonly string Name => "faulty";

    public double LearningRate { readonly get; set; } = 1;

    /// <summary>Whether it throws, after it has changed its scalar.</summary>
    public bool IsFaulty { readonly get; set; }

    public readonly StateVector[] State => [new("v")];

    public readonly StateScalar[] Scalars => [new("c", 1)];

    public readonly LazyDecay? LazyDecay => new LazyDecay(0.99, 0.9);

    public readonly void Step<V, TSweep>(StepInfo step, TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        step.Scalars[0] /= 2;
        if (IsFaulty)
            throw new TimeZoneNotFoundException("faulty");
        sweep.Run(new Update<V>(V.Create(0.9), V.Create(0.99), V.Create(-LearningRate * step.Scalars[0])));
    }

    private readonly struct Update<V>(V past, V decay, V rate) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(past, s0, g);
            p = V.MulAdd(rate, s0, decay * p);
        }
    }
}
