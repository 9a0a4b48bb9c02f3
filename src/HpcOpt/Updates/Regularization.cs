using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>The two ways in which weight decay λ and maximization join any update, in the same pass.</summary>
public static class Regularization
{
    /// <summary>Coupled: the gradient becomes ±g + λθ (an L2 penalty ½λ‖θ‖²), with minus to maximize.</summary>
    /// <typeparam name="V">The lanes.</typeparam>
    /// <typeparam name="TSweep">The engine's end of the call.</typeparam>
    /// <typeparam name="TUpdate">The formula.</typeparam>
    /// <param name="sweep">Receives the update.</param>
    /// <param name="weightDecay">λ.</param>
    /// <param name="maximize">Ascend instead of descend.</param>
    /// <param name="update">The formula with its constants.</param>
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
    /// <typeparam name="V">The lanes.</typeparam>
    /// <typeparam name="TSweep">The engine's end of the call.</typeparam>
    /// <typeparam name="TUpdate">The formula.</typeparam>
    /// <param name="sweep">Receives the update.</param>
    /// <param name="rate">η.</param>
    /// <param name="weightDecay">λ.</param>
    /// <param name="maximize">Ascend instead of descend.</param>
    /// <param name="update">The formula with its constants.</param>
    // Not inlined, like RunWith: an update is hundreds of bytes, and a frame for every option would be zeroed and copied in each step.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void RunDecoupled<V, TSweep, TUpdate>(TSweep sweep, double rate, double weightDecay, bool maximize, in TUpdate update)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        Unsafe.SkipInit(out Decoupled<V, TUpdate> decoupled);
        Bits.Copy(update, ref decoupled.Update);
        decoupled.Keep = V.Create(1 - (rate * weightDecay));
        RunCoupled<V, TSweep, Decoupled<V, TUpdate>>(sweep, 0, maximize, decoupled);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void RunWith<V, TSweep, TUpdate>(TSweep sweep, in TUpdate update, V sign, V weightDecay)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        Unsafe.SkipInit(out Coupled<V, TUpdate> coupled);
        Bits.Copy(update, ref coupled.Update);
        (coupled.Sign, coupled.WeightDecay) = (sign, weightDecay);
        sweep.Run(coupled);
    }

    private struct Coupled<V, TUpdate> : IUpdate<V>
        where V : unmanaged, ILanes<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        public TUpdate Update;
        public V Sign;
        public V WeightDecay;

        public static int StateCount => TUpdate.StateCount;

        public static Traffic Traffic => TUpdate.Traffic;

        public static StateTraits Traits => TUpdate.Traits;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            g = V.MulAdd(WeightDecay, p, Sign * g);
            Update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
        }
    }

    private struct Decoupled<V, TUpdate> : IUpdate<V>
        where V : unmanaged, ILanes<V>
        where TUpdate : unmanaged, IUpdate<V>
    {
        public TUpdate Update;
        public V Keep;

        public static int StateCount => TUpdate.StateCount;

        public static Traffic Traffic => TUpdate.Traffic;

        public static StateTraits Traits => TUpdate.Traits;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            p = Keep * p;
            Update.Apply(ref p, g, ref s0, ref s1, ref s2, ref s3);
        }
    }
}
