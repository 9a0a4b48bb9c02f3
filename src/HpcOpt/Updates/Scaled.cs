using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>g ← scale · g, before any update, in the same pass.</summary>
internal readonly struct Scaled<V, TSweep>(TSweep sweep, double scale) : ISweep<V>
    where V : unmanaged, ILanes<V>
    where TSweep : struct, ISweep<V>
{
    public void Run<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, IUpdate<V> =>
        sweep.Run(new Update<TUpdate>(update, V.Create(scale)));

    public void RunLayerwise<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, ILayerwiseUpdate<V> =>
        sweep.RunLayerwise(new LayerwiseUpdate<TUpdate>(update, V.Create(scale)));

    private readonly struct Update<TUpdate>(TUpdate update, V scale) : IUpdate<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        public static int StateCount => TUpdate.StateCount;

        public static Traffic Traffic => TUpdate.Traffic;

        public static StateTraits Traits => TUpdate.Traits;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) =>
            update.Apply(ref p, scale * g, ref s0, ref s1, ref s2, ref s3);
    }

    private readonly struct LayerwiseUpdate<TUpdate>(TUpdate update, V scale) : ILayerwiseUpdate<V>
        where TUpdate : unmanaged, ILayerwiseUpdate<V>
    {
        public static int StateCount => TUpdate.StateCount;

        public static bool UpdatesStateFirst => TUpdate.UpdatesStateFirst;

        public static StateTraits Traits => TUpdate.Traits;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Measure(V p, V g, ref V s0, ref V s1, out V x, out V y) => update.Measure(p, scale * g, ref s0, ref s1, out x, out y);

        public double Ratio(double normX, double normY) => update.Ratio(normX, normY);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V ratio, ref V p, V g, ref V s0, ref V s1) => update.Apply(ratio, ref p, scale * g, ref s0, ref s1);
    }
}
