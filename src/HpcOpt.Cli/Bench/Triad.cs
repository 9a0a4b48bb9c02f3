using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt.Cli.Bench;

/// <summary>a ← b + q·c through the library's engine: the bandwidth of memory as STREAM's triad counts it, 3 numbers an element.</summary>
/// <remarks>J. McCalpin, "Memory bandwidth and machine balance in current high performance computers", 1995.</remarks>
internal static unsafe class Triad
{
    private const int Length = 32 << 20;

    /// <summary>Bytes a nanosecond, the best of several passes over vectors that no cache holds.</summary>
    public static double GigabytesPerSecond(Execution execution)
    {
        using NativeVector<float> a = new(Length, execution), b = new(Length, execution), c = new(Length, execution);
        VectorPass<float> pass = new(execution);
        double best = double.PositiveInfinity;
        for (int i = 0; i < 15; i++)
        {
            best = Math.Min(best, Paired.Time(() => pass.Run(default(Pass), Length, a.Pointer, b.Pointer, c.Pointer), calls: 1));
        }

        return 3.0 * sizeof(float) * Length / best;
    }

    private readonly struct Pass : IPass
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V> => sweep.Run(new Update<V>(V.Create(0.5)));
    }

    private readonly struct Update<V>(V q) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 1;

        public static Traffic Traffic => Traffic.ReadGradient | Traffic.ReadState | Traffic.WriteParameters;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = V.MulAdd(q, s0, g);
    }
}
