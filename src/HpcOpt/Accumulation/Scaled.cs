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

    private readonly struct Update<TUpdate>(TUpdate update, V scale) : IUpdate<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        public static int StateCount => TUpdate.StateCount;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2) => update.Apply(ref p, scale * g, ref s0, ref s1, ref s2);
    }
}
