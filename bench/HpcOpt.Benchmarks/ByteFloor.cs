using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt.Benchmarks;

/// <summary>
/// What no optimizer with two state vectors can beat: the same loads and stores on the same path and threads, without the mathematics.
/// </summary>
/// <remarks>
/// Four loads and three stores cannot all be pairs, so one addition carries the fourth; the exchange keeps a compiler from
/// dropping a store of what was loaded. After an even number of calls the states are what they were.
/// </remarks>
internal readonly struct ByteFloor : IStep
{
    public void Run<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V> => sweep.Run(default(Moves<V>));

    /// <summary>p ← p + g; s₀ ↔ s₁</summary>
    private readonly struct Moves<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3)
        {
            p += g;
            (s0, s1) = (s1, s0);
        }
    }
}
