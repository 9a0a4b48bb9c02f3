using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>The two ways in which weight decay λ and maximization join any update, in the same pass.</summary>
internal static class Regularization
{
    /// <summary>Coupled: the gradient becomes ±g + λθ (an L2 penalty ½λ‖θ‖²), with minus to maximize.</summary>
    public static void RunCoupled<V, TSweep, TUpdate>(TSweep sweep, double weightDecay, bool maximize, in TUpdate update)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        if (weightDecay == 0 && !maximize)
        {
            sweep.Run(update);
        }
        else
        {
            sweep.Run(new Coupled<V, TUpdate>(update, V.Create(maximize ? -1 : 1), V.Create(weightDecay)));
        }
    }

    /// <summary>Decoupled: θ shrinks to (1 - ηλ)θ before the update; the gradient becomes -g to maximize.</summary>
    public static void RunDecoupled<V, TSweep, TUpdate>(TSweep sweep, double rate, double weightDecay, bool maximize, in TUpdate update)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
        where TUpdate : unmanaged, IUpdate<V> =>
        RunCoupled<V, TSweep, Decoupled<V, TUpdate>>(
            sweep, 0, maximize, new Decoupled<V, TUpdate>(update, V.Create(1 - (rate * weightDecay))));

    private readonly struct Coupled<V, TUpdate>(TUpdate update, V sign, V weightDecay) : IUpdate<V>
        where V : unmanaged, ILanes<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        public static int StateCount => TUpdate.StateCount;

        public static Traffic Traffic => TUpdate.Traffic;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            g = V.MulAdd(weightDecay, p, sign * g);
            update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
        }
    }

    private readonly struct Decoupled<V, TUpdate>(TUpdate update, V keep) : IUpdate<V>
        where V : unmanaged, ILanes<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        public static int StateCount => TUpdate.StateCount;

        public static Traffic Traffic => TUpdate.Traffic;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            p = keep * p;
            update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
        }
    }
}
