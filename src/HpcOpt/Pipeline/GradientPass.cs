using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>The gradients that a step adds: g = Σ_k g_k in pairs, (g₁ + g₂) + (g₃ + g₄), neighbours first, an odd one later.</summary>
internal unsafe struct GradientSources<T>
    where T : unmanaged
{
    /// <summary>Their addresses; not used where there is one, which is the gradient of the step.</summary>
    public byte** First;
    public int Count;

    /// <summary>Format of all of them.</summary>
    public NumberFormat Format;

    /// <summary>Where the sum goes; null where there is one source, whose elements are the sum.</summary>
    public T* Sum;
}

/// <summary>How many sources there are, as a constant to the compiler; 0 is any number.</summary>
internal interface ISourceCount
{
    static abstract int Value { get; }
}

internal readonly struct OneSource : ISourceCount
{
    public static int Value => 1;
}

internal readonly struct TwoSources : ISourceCount
{
    public static int Value => 2;
}

internal readonly struct ThreeSources : ISourceCount
{
    public static int Value => 3;
}

internal readonly struct FourSources : ISourceCount
{
    public static int Value => 4;
}

internal readonly struct AnyNumberOfSources : ISourceCount
{
    public static int Value => 0;
}

/// <summary>The pass before a step: adds its gradients and squares the sum while it is in registers.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="V">The lanes.</typeparam>
/// <typeparam name="TCount">How many sources.</typeparam>
/// <typeparam name="TFormat">Their format; <see cref="SingleFormat"/> stands for the precision of the lanes.</typeparam>
internal static unsafe class GradientPass<T, V, TCount, TFormat>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IKernelLanes<V, T>
    where TCount : ISourceCount
    where TFormat : IFormat
{
    private const int Tile = 256;

    /// <summary>Over leaves <paramref name="first"/> to <paramref name="end"/> of a range; one sum of squares each, in X.</summary>
    public static void Measure(CompiledUpdate* update, Streams* streams, SegmentRange* range, nint first, nint end, SquareSums* sums)
    {
        GradientSources<T> sources = *(GradientSources<T>*)update->Constants;
        if (TCount.Value == 1)
        {
            sources.First = &streams->G.Address;
        }

        for (nint leaf = first; leaf < end; leaf++)
        {
            (nint start, nint length) = range->Leaf(leaf);
            sums[leaf] = new(MeasureLeaf(sources, start, length), 0);
        }
    }

    private static double MeasureLeaf(GradientSources<T> sources, nint start, nint length)
    {
        SquareSums.Partial squares = default;
        T* tile = stackalloc T[Tile];
        V* buffer = stackalloc V[TCount.Value == 0 ? sources.Count : 0];
        nint i = V.Widens ? MeasureWide(sources, start, length, buffer, &squares) : 0;
        while (i < length)
        {
            nint count = nint.Min(Tile, length - i);
            nint whole = AddFullVectors(sources, start + i, count, buffer, tile);
            if (whole < count)
            {
                AddRemainder(sources, start + i + whole, count - whole, tile + whole);
            }

            squares.Add(tile, (int)count);
            i += count;
        }

        return squares.Total;
    }

    /// <summary>Whole groups of 16 elements, squared in registers; returns how many elements those are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint MeasureWide(GradientSources<T> sources, nint start, nint length, V* buffer, SquareSums.Partial* squares)
    {
        Vector512<double> low = default, high = default;
        nint i = 0;
        for (; i <= length - SquareSums.Lanes; i += SquareSums.Lanes)
        {
            V.Widen(Add(sources, start + i, buffer), out Vector512<double> first, out Vector512<double> second);
            if (V.Count < SquareSums.Lanes)
            {
                V.Widen(Add(sources, start + i + V.Count, buffer), out second, out _);
            }

            low = Vector512.FusedMultiplyAdd(first, first, low);
            high = Vector512.FusedMultiplyAdd(second, second, high);
        }

        *squares = new SquareSums.Partial(low, high);
        return i;
    }

    /// <summary>The whole vectors of a tile; returns how many elements those are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint AddFullVectors(GradientSources<T> sources, nint start, nint length, V* buffer, T* tile)
    {
        nint i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            V.Store(tile + i, Add(sources, start + i, buffer));
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Add(GradientSources<T> sources, nint i, V* buffer)
    {
        V sum = TCount.Value switch
        {
            1 => Load(sources.First[0], i),
            2 => Load(sources.First[0], i) + Load(sources.First[1], i),
            3 => Load(sources.First[0], i) + Load(sources.First[1], i) + Load(sources.First[2], i),
            4 => Load(sources.First[0], i) + Load(sources.First[1], i) + (Load(sources.First[2], i) + Load(sources.First[3], i)),
            _ => AddAny(sources, i, buffer),
        };
        if (TCount.Value != 1)
        {
            V.Store(sources.Sum + i, sum);
        }

        return sum;
    }

    private static V AddAny(GradientSources<T> sources, nint i, V* buffer)
    {
        for (int k = 0; k < sources.Count; k++)
        {
            buffer[k] = Load(sources.First[k], i);
        }

        return InPairs(buffer, sources.Count);
    }

    private static void AddRemainder(GradientSources<T> sources, nint i, nint count, T* tile)
    {
        V* buffer = stackalloc V[sources.Count];
        for (int k = 0; k < sources.Count; k++)
        {
            buffer[k] = LoadFirst(sources.First[k], i, count);
        }

        V sum = InPairs(buffer, sources.Count);
        V.StoreFirst(tile, count, sum);
        if (TCount.Value != 1)
        {
            V.StoreFirst(sources.Sum + i, count, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load(byte* source, nint i) =>
        typeof(TFormat) == typeof(SingleFormat)
            ? V.Load<Near>((T*)source + i)
            : V.Load<TFormat>(source + (i * TFormat.Bytes), null, default);

    private static V LoadFirst(byte* source, nint i, nint count)
    {
        if (typeof(TFormat) == typeof(SingleFormat))
        {
            return V.LoadFirst((T*)source + i, count);
        }

        V few = default;
        for (nint k = 0; k < count; k++)
        {
            OneByOne<T, LanesScalar<T>>.Decode<TFormat>(source + ((i + k) * TFormat.Bytes), null, default, (T*)&few + k);
        }

        return few;
    }

    private static V InPairs(V* values, int count)
    {
        while (count > 1)
        {
            for (int k = 0; k < count / 2; k++)
            {
                values[k] = values[2 * k] + values[(2 * k) + 1];
            }

            if (count % 2 == 1)
            {
                values[count / 2] = values[count - 1];
            }

            count = (count + 1) / 2;
        }

        return values[0];
    }
}
