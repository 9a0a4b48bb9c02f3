using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>The two ways in which weight decay λ and maximization join any update, in the same pass.</summary>
internal static class Regularization
{
    /// <summary>Coupled: the gradient becomes ±g + λθ (an L2 penalty ½λ‖θ‖²), with minus to maximize.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
            RunWith(sweep, update, V.Create(maximize ? -1 : 1), V.Create(weightDecay));
        }
    }

    /// <summary>Decoupled: θ shrinks to (1 - ηλ)θ before the update; the gradient becomes -g to maximize.</summary>
    /// <remarks>Not inlined, like <see cref="RunWith"/>: an update is hundreds of bytes, and a frame for every option would be zeroed and copied in each step.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RunDecoupled<V, TSweep, TUpdate>(TSweep sweep, double rate, double weightDecay, bool maximize, in TUpdate update)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
        where TUpdate : unmanaged, IUpdate<V> =>
        RunCoupled<V, TSweep, Decoupled<V, TUpdate>>(sweep, 0, maximize, new Decoupled<V, TUpdate>(update, V.Create(1 - (rate * weightDecay))));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunWith<V, TSweep, TUpdate>(TSweep sweep, in TUpdate update, V sign, V weightDecay)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
        where TUpdate : unmanaged, IUpdate<V> => sweep.Run(new Coupled<V, TUpdate>(update, sign, weightDecay));

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly struct Coupled<V, TUpdate>(in TUpdate update, V sign, V weightDecay) : IUpdate<V>
        where V : unmanaged, ILanes<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        private readonly TUpdate _update = update;
        private readonly V _sign = sign;
        private readonly V _weightDecay = weightDecay;

        public static int StateCount => TUpdate.StateCount;

        public static Traffic Traffic => TUpdate.Traffic;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            g = V.MulAdd(_weightDecay, p, _sign * g);
            _update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
        }
    }

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly struct Decoupled<V, TUpdate>(in TUpdate update, V keep) : IUpdate<V>
        where V : unmanaged, ILanes<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        private readonly TUpdate _update = update;
        private readonly V _keep = keep;

        public static int StateCount => TUpdate.StateCount;

        public static Traffic Traffic => TUpdate.Traffic;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            p = _keep * p;
            _update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
        }
    }
}
