using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>a ← a + (1-d)(θ - a) after any update, in the same pass; a is the state vector behind the rule's at most three.</summary>
internal readonly struct Averaged<V, TSweep>(TSweep sweep, double share) : ISweep<V>
    where V : unmanaged, ILanes<V>
    where TSweep : struct, ISweep<V>
{
    public void Run<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, IUpdate<V> => sweep.Run(new Update<TUpdate>(update, V.Create(share)));

    public void RunLayerwise<TUpdate>(in TUpdate update)
        where TUpdate : unmanaged, ILayerwiseUpdate<V> =>
        throw new InvalidOperationException("A layer-wise update leaves no room for an average; it takes a pass of its own.");

    private readonly struct Update<TUpdate>(TUpdate update, V share) : IUpdate<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        public static int StateCount => TUpdate.StateCount + 1;

        public static Traffic Traffic => TUpdate.Traffic | Traffic.ReadState | Traffic.WriteState;

        public static StateTraits Traits => TUpdate.Traits | (StateTraits)((int)StateTraits.Parameters0 << TUpdate.StateCount);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);

            // Each by its name: a reference to one of them would keep all in memory, and the pass took five times as long.
            switch (TUpdate.StateCount)
            {
                case 0: s0 = Toward(p, s0); break;
                case 1: s1 = Toward(p, s1); break;
                case 2: s2 = Toward(p, s2); break;
                default: s3 = Toward(p, s3); break;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Toward(V p, V average) => V.MulAdd(share, p - average, average);
    }
}
