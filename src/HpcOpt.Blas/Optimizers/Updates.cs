using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt.Blas;

/// <summary>m ← μm + (1-μ)g, and to p: (1-μ)g + μm, or m itself; the gradient times a scale first.</summary>
internal readonly struct MeanPass(double momentum, bool nesterov, double scale) : IPass
{
    public void Run<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> =>
        sweep.Run(new Update<V>(
            V.Create(momentum), V.Create(1 - momentum), V.Create(scale), V.Create(nesterov ? momentum : 1),
            V.Create(nesterov ? 1 - momentum : 0)));

    private readonly struct Update<V>(V momentum, V oneMinus, V scale, V ofMean, V ofGradient) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        public static Traffic Traffic => Traffic.All & ~Traffic.ReadParameters;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            g = scale * g;
            s0 = V.MulAdd(momentum, s0, oneMinus * g);
            p = V.MulAdd(ofMean, s0, ofGradient * g);
        }
    }
}

/// <summary>p ← kp - ηg.</summary>
internal readonly struct DecayedPass(double keep, double rate) : IPass
{
    public void Run<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> => sweep.Run(new Update<V>(V.Create(keep), V.Create(-rate)));

    private readonly struct Update<V>(V keep, V minusRate) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = V.MulAdd(minusRate, g, keep * p);
    }
}

/// <summary>m ← μm + g; p ← kp - ηm.</summary>
internal readonly struct HeavyPass(double momentum, double keep, double rate) : IPass
{
    public void Run<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> => sweep.Run(new Update<V>(V.Create(momentum), V.Create(keep), V.Create(-rate)));

    private readonly struct Update<V>(V momentum, V keep, V minusRate) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            s0 = V.MulAdd(momentum, s0, g);
            p = V.MulAdd(minusRate, s0, keep * p);
        }
    }
}

/// <summary>p ← cg.</summary>
internal readonly struct ScalePass(double factor) : IPass
{
    public void Run<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> => sweep.Run(new Update<V>(V.Create(factor)));

    private readonly struct Update<V>(V factor) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        public static Traffic Traffic => Traffic.ReadGradient | Traffic.WriteParameters;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = factor * g;
    }
}
