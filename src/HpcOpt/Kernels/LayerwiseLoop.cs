using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>What the two passes of a layer-wise update move; constants to the compiler.</summary>
internal static class LayerwiseTraffic<V, TUpdate>
    where V : unmanaged, ILanes<V>
    where TUpdate : unmanaged, ILayerwiseUpdate<V>
{
    public static Traffic First => Traffic.ReadParameters | Traffic.ReadGradient
        | (TUpdate.UpdatesStateFirst ? Traffic.ReadState | Traffic.WriteState : Traffic.None);

    public static Traffic Second
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TUpdate.UpdatesStateFirst ? Traffic.ReadParameters | Traffic.ReadState | Traffic.WriteParameters : Traffic.All;
    }
}

/// <summary>The two passes of a layer-wise update: over the leaves of a segment, then over its elements.</summary>
internal static unsafe class LayerwiseLoop<T, V, TUpdate>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IKernelLanes<V, T>
    where TUpdate : unmanaged, ILayerwiseUpdate<V>
{
    private const int Length = Tile<T, V>.Length;

    /// <summary>The loops for the formats of a step.</summary>
    public static CompiledUpdate For(Streams* streams) => new()
    {
        Measure = streams->IsLowPrecision ? &MeasureTiles : &Measure,
        Finish = &Finish,
        Apply = streams->IsLowPrecision ? &ApplyLowPrecision : &Apply,
    };

    /// <summary>First pass over leaves <paramref name="first"/> to <paramref name="end"/> of a segment; two sums of squares each.</summary>
    private static void Measure(CompiledUpdate* update, Streams* streams, SegmentRange* range, nint first, nint end, SquareSums* sums)
    {
        for (nint leaf = first; leaf < end; leaf++)
        {
            (nint start, nint length) = range->Leaf(leaf);
            sums[leaf] = MeasureLeaf((TUpdate*)update->Constants, streams, start, length);
        }
    }

    /// <summary>The same in other formats, tile by tile; the state of a tile is written before the next one.</summary>
    private static void MeasureTiles(CompiledUpdate* update, Streams* streams, SegmentRange* range, nint first, nint end, SquareSums* sums)
    {
        for (nint leaf = first; leaf < end; leaf++)
        {
            (nint start, nint length) = range->Leaf(leaf);
            sums[leaf] = MeasureTiles((TUpdate*)update->Constants, streams, range, start, length);
        }
    }

    /// <summary>The factor of a segment, from the sums over it.</summary>
    private static void Finish(CompiledUpdate* update, SegmentRange* range, SquareSums sums) =>
        range->Ratio = ((TUpdate*)update->Constants)->Ratio(Math.Sqrt(sums.X), Math.Sqrt(sums.Y));

    /// <summary>Second pass.</summary>
    private static void Apply(CompiledUpdate* update, Streams* streams, SegmentRange* range, nint start, nint end)
    {
        var second = new Second(*(TUpdate*)update->Constants, V.Create(range->Ratio));
        UpdateLoop<T, V, Second>.Run(&second, streams, start, end);
    }

    private static void ApplyLowPrecision(CompiledUpdate* update, Streams* streams, SegmentRange* range, nint start, nint end)
    {
        var second = new Second(*(TUpdate*)update->Constants, V.Create(range->Ratio));
        var compiled = new CompiledUpdate { Constants = &second };
        LowPrecisionLoops<T, V, Second>.For(streams)(&compiled, streams, range, start, end);
    }

    private static SquareSums MeasureLeaf(TUpdate* update, Streams* streams, nint start, nint length)
    {
        SquareSums.Partial sumX = default, sumY = default;
        T* x = stackalloc T[Length];
        T* y = stackalloc T[Length];
        if (V.Widens)
        {
            nint whole = MeasureWide(update, streams, start, length, &sumX, &sumY);
            if (whole < length)
            {
                // The rest of the last 16, in its place among zeros.
                new Span<T>(x, SquareSums.Lanes).Clear();
                new Span<T>(y, SquareSums.Lanes).Clear();
                nint place = whole % SquareSums.Lanes;
                MeasureRemainder(update, new(streams), start + whole, length - whole, x + place, y + place);
                sumX.Add(x, SquareSums.Lanes);
                sumY.Add(y, SquareSums.Lanes);
            }

            return new(sumX.Total, sumY.Total);
        }

        // x and y stay in the first-level cache; one routine then sums them in the same shape for every width. Small tiles, because
        // memory rests while it does.
        for (nint tile = 0; tile < length; tile += Length)
        {
            nint count = nint.Min(Length, length - tile);
            MeasureTile(update, streams, start + tile, count, x, y);
            sumX.Add(x, (int)count);
            sumY.Add(y, (int)count);
        }

        return new(sumX.Total, sumY.Total);
    }

    private static SquareSums MeasureTiles(TUpdate* update, Streams* streams, SegmentRange* range, nint start, nint length)
    {
        SquareSums.Partial sumX = default, sumY = default;
        T* x = stackalloc T[Length];
        T* y = stackalloc T[Length];
        Tile<T, V> tile;
        Streams floats;
        for (nint i = start; i < start + length; i += Length)
        {
            nint count = nint.Min(Length, start + length - i), block = range->FirstScale + ((i - range->Start) / Length);
            tile.Load(streams, &floats, i, count, block, TUpdate.StateCount, LayerwiseTraffic<V, TUpdate>.First);
            MeasureTile(update, &floats, 0, count, x, y);
            sumX.Add(x, (int)count);
            sumY.Add(y, (int)count);
            Tile<T, V>.Store(streams, &floats, i, block, TUpdate.StateCount, LayerwiseTraffic<V, TUpdate>.First);
        }

        return new(sumX.Total, sumY.Total);
    }

    /// <summary>Measures whole vectors and adds their squares in registers; returns how many elements those are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint MeasureWide(
        TUpdate* constants, Streams* streams, nint start, nint length, SquareSums.Partial* sumX, SquareSums.Partial* sumY)
    {
        TUpdate update = *constants;
        Pointers<T> memory = new(streams);
        Vector512<double> x0 = default, x1 = default, y0 = default, y1 = default;
        nint i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            Measure(update, memory, start + i, out V x, out V y);
            V.Widen(x, out Vector512<double> xLow, out Vector512<double> xHigh);
            V.Widen(y, out Vector512<double> yLow, out Vector512<double> yHigh);
            if (V.Count == SquareSums.Lanes)
            {
                x0 = Vector512.FusedMultiplyAdd(xLow, xLow, x0);
                x1 = Vector512.FusedMultiplyAdd(xHigh, xHigh, x1);
                y0 = Vector512.FusedMultiplyAdd(yLow, yLow, y0);
                y1 = Vector512.FusedMultiplyAdd(yHigh, yHigh, y1);
            }
            else if (i % SquareSums.Lanes == 0)
            {
                x0 = Vector512.FusedMultiplyAdd(xLow, xLow, x0);
                y0 = Vector512.FusedMultiplyAdd(yLow, yLow, y0);
            }
            else
            {
                x1 = Vector512.FusedMultiplyAdd(xLow, xLow, x1);
                y1 = Vector512.FusedMultiplyAdd(yLow, yLow, y1);
            }
        }

        *sumX = new SquareSums.Partial(x0, x1);
        *sumY = new SquareSums.Partial(y0, y1);
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void MeasureTile(TUpdate* constants, Streams* streams, nint start, nint length, T* x, T* y)
    {
        TUpdate update = *constants;
        Pointers<T> memory = new(streams);
        nint i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            Measure(update, memory, start + i, out V vx, out V vy);
            V.Store(x + i, vx);
            V.Store(y + i, vy);
        }

        if (i < length)
        {
            MeasureRemainder(constants, memory, start + i, length - i, x + i, y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Measure(TUpdate update, Pointers<T> memory, nint i, out V x, out V y)
    {
        V s0 = Reads(0) ? V.Load<Far>(memory.S0 + i) : default;
        V s1 = Reads(1) ? V.Load<Far>(memory.S1 + i) : default;
        update.Measure(V.Load<Far>(memory.P + i), V.Load<Far>(memory.G + i), ref s0, ref s1, out x, out y);
        if (Reads(0))
        {
            V.Store(memory.S0 + i, s0);
        }

        if (Reads(1))
        {
            V.Store(memory.S1 + i, s1);
        }
    }

    private static void MeasureRemainder(TUpdate* update, Pointers<T> memory, nint i, nint count, T* x, T* y)
    {
        V s0 = Reads(0) ? V.LoadFirst(memory.S0 + i, count) : default;
        V s1 = Reads(1) ? V.LoadFirst(memory.S1 + i, count) : default;
        update->Measure(V.LoadFirst(memory.P + i, count), V.LoadFirst(memory.G + i, count), ref s0, ref s1, out V vx, out V vy);
        V.StoreFirst(x, count, vx);
        V.StoreFirst(y, count, vy);
        if (Reads(0))
        {
            V.StoreFirst(memory.S0 + i, count, s0);
        }

        if (Reads(1))
        {
            V.StoreFirst(memory.S1 + i, count, s1);
        }
    }

    private static bool Reads(int state) => TUpdate.UpdatesStateFirst && TUpdate.StateCount > state;

    /// <summary>The second pass as an update like any other, with the layer's factor among its constants.</summary>
    private readonly struct Second(TUpdate update, V ratio) : IUpdate<V>
    {
        public static int StateCount => TUpdate.StateCount;

        public static Traffic Traffic => LayerwiseTraffic<V, TUpdate>.Second;

        public static StateTraits Traits => TUpdate.Traits;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => update.Apply(ratio, ref p, g, ref s0, ref s1);
    }
}
