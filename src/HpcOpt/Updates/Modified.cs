using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>Any update, on the gradient that a modifier gives.</summary>
internal readonly struct Modified<V, TModifier, TSweep>(TSweep sweep, TModifier modifier) : ISweep<V>
    where V : unmanaged, ILanes<V>
    where TModifier : unmanaged, IGradientModifier<V>
    where TSweep : struct, ISweep<V>
{
    public void Run<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, IUpdate<V> => sweep.Run(new Update<TUpdate>(update, modifier));

    public void RunLayerwise<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, ILayerwiseUpdate<V> => sweep.RunLayerwise(new LayerwiseUpdate<TUpdate>(update, modifier));

    private readonly struct Update<TUpdate>(TUpdate update, TModifier modifier) : IUpdate<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        public static int StateCount => TUpdate.StateCount;

        public static Traffic Traffic => TUpdate.Traffic;

        public static StateTraits Traits => TUpdate.Traits;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) =>
            update.Apply(ref p, modifier.Apply(g), ref s0, ref s1, ref s2, ref s3);
    }

    private readonly struct LayerwiseUpdate<TUpdate>(TUpdate update, TModifier modifier) : ILayerwiseUpdate<V>
        where TUpdate : unmanaged, ILayerwiseUpdate<V>
    {
        public static int StateCount => TUpdate.StateCount;

        public static bool UpdatesStateFirst => TUpdate.UpdatesStateFirst;

        public static StateTraits Traits => TUpdate.Traits;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Measure(V p, V g, ref V s0, ref V s1, out V x, out V y) =>
            update.Measure(p, modifier.Apply(g), ref s0, ref s1, out x, out y);

        public double Ratio(double normX, double normY) => update.Ratio(normX, normY);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V ratio, ref V p, V g, ref V s0, ref V s1) =>
            update.Apply(ratio, ref p, modifier.Apply(g), ref s0, ref s1);
    }
}
