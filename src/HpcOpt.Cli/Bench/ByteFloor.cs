using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt.Cli.Bench;

/// <summary>
/// What no optimizer with so many state vectors can beat: the same loads and stores on the same path and threads, without the mathematics.
/// </summary>
/// <remarks>
/// An addition carries the load that no store takes; the exchanges keep a compiler from dropping a store of what was loaded.
/// A layer-wise rule makes two passes, and so does its floor: see <see cref="ILayerwiseUpdate{V}"/> for what each moves.
/// </remarks>
internal readonly record struct ByteFloor(int StateCount, bool IsLayerwise) : IPass
{
    /// <summary>Of the two passes of a layer-wise rule.</summary>
    public bool IsSecond { get; init; } = true;

    public void Run<V, TSweep>(TSweep sweep)
        where V : unmanaged, ILanes<V>
        where TSweep : struct, ISweep<V>
    {
        switch (IsLayerwise, StateCount, IsSecond)
        {
            case (false, 0, _): sweep.Run(default(Moves0<V>)); break;
            case (false, 1, _): sweep.Run(default(Moves1<V>)); break;
            case (false, 2, _): sweep.Run(default(Moves2<V>)); break;
            case (false, 3, _): sweep.Run(default(Moves3<V>)); break;
            case (false, 4, _): sweep.Run(default(Moves4<V>)); break;
            case (true, 1, false): sweep.Run(default(ReadsFirst<V>)); break;
            case (true, 1, true): sweep.Run(default(Moves1<V>)); break;
            case (true, 2, false): sweep.Run(default(UpdatesState<V>)); break;
            case (true, 2, true): sweep.Run(default(ReadsState<V>)); break;
            default: throw new NotSupportedException($"No floor for {StateCount} state vectors, layer-wise {IsLayerwise}.");
        }
    }

    private struct Moves0<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p += g;
    }

    private struct Moves1<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => (p, s0) = (p + g, p);
    }

    private struct Moves2<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => (p, s0, s1) = (p + g, s1, s0);
    }

    private struct Moves3<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => (p, s0, s1, s2) = (p + g, s1, s2, s0);
    }

    private struct Moves4<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => (p, s0, s1, s2, s3) = (p + g, s1, s2, s3, s0);
    }

    // The sum keeps the loads alive; nobody reads it.
    private struct ReadsFirst<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        private V _sum;

        public static int StateCount => 0;

        public static Traffic Traffic => Traffic.ReadParameters | Traffic.ReadGradient;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => _sum += p + g;
    }

    private struct UpdatesState<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        public static Traffic Traffic => Traffic.All & ~Traffic.WriteParameters;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => (s0, s1) = (s1 + p, s0 + g);
    }

    private struct ReadsState<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        public static Traffic Traffic => Traffic.ReadParameters | Traffic.ReadState | Traffic.WriteParameters;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p += s0 + s1;
    }
}
