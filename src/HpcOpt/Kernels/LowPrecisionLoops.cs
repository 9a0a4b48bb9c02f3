using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>The table of low-precision loops: one for the formats of a step, or the shared <see cref="TileLoop{T, V, TUpdate}"/>.</summary>
/// <remarks>
/// 9 pairs of formats for parameters and gradient, 3 for the state, 2 roundings: 54 loops for each update and path, compiled on first use.
/// Without a JIT all would be compiled, so there every combination shares the tile loop.
/// </remarks>
internal static unsafe class LowPrecisionLoops<T, V, TUpdate>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IKernelLanes<V, T>
    where TUpdate : unmanaged, IUpdate<V>
{
    public static delegate*<CompiledUpdate*, Streams*, SegmentRange*, nint, nint, void> For(Streams* streams) =>
        !RuntimeFeature.IsDynamicCodeSupported ? &TileLoop<T, V, TUpdate>.Run
        : (streams->P.Format, streams->G.Format, streams->P.HasCopy) switch
        {
            (NumberFormat.Single, NumberFormat.Single, false) => For<SingleFormat, SingleFormat>(streams),
            (NumberFormat.Single, NumberFormat.BFloat16, false) => For<SingleFormat, BFloat16Format>(streams),
            (NumberFormat.Single, NumberFormat.Half, false) => For<SingleFormat, HalfFormat>(streams),
            (NumberFormat.Single, NumberFormat.Single, true) => For<CopiedFormat, SingleFormat>(streams),
            (NumberFormat.Single, NumberFormat.BFloat16, true) => For<CopiedFormat, BFloat16Format>(streams),
            (NumberFormat.BFloat16, NumberFormat.Single, _) => For<BFloat16Format, SingleFormat>(streams),
            (NumberFormat.BFloat16, NumberFormat.BFloat16, _) => For<BFloat16Format, BFloat16Format>(streams),
            (NumberFormat.Split, NumberFormat.Single, _) => For<SplitFormat, SingleFormat>(streams),
            (NumberFormat.Split, NumberFormat.BFloat16, _) => For<SplitFormat, BFloat16Format>(streams),
            _ => &TileLoop<T, V, TUpdate>.Run,
        };

    private static delegate*<CompiledUpdate*, Streams*, SegmentRange*, nint, nint, void> For<TParameters, TGradient>(Streams* streams)
        where TParameters : IFormat
        where TGradient : IFormat => streams->State switch
        {
            StateFormat.BFloat16 => Choose<TParameters, TGradient, BFloat16Format, BFloat16Format, NoFormat, NoFormat, NoFormat, NoFormat>(
                streams, TUpdate.StateCount - 1),
            StateFormat.Float8 => Choose<TParameters, TGradient, SignedFloat8, UnsignedFloat8, NoFormat, NoFormat, NoFormat, NoFormat>(
                streams, TUpdate.StateCount - 1),
            _ => Choose<TParameters, TGradient, SingleFormat, SingleFormat, NoFormat, NoFormat, NoFormat, NoFormat>(
                streams, TUpdate.StateCount - 1),
        };

    /// <summary>Puts the format of a vector of state before those of the vectors behind it, then goes on with the one before.</summary>
    private static delegate*<CompiledUpdate*, Streams*, SegmentRange*, nint, nint, void>
        Choose<TParameters, TGradient, TSigned, TUnsigned, T0, T1, T2, T3>(Streams* streams, int vector)
        where TParameters : IFormat
        where TGradient : IFormat
        where TSigned : IFormat
        where TUnsigned : IFormat
        where T0 : IFormat
        where T1 : IFormat
        where T2 : IFormat
        where T3 : IFormat =>
        vector < 0 ? For<TParameters, TGradient, T0, T1, T2, T3>(streams)
        : Has(StateTraits.Parameters0, vector)
            ? Choose<TParameters, TGradient, TSigned, TUnsigned, SingleFormat, T0, T1, T2>(streams, vector - 1)
        : Has(StateTraits.NonNegative0, vector)
            ? Choose<TParameters, TGradient, TSigned, TUnsigned, TUnsigned, T0, T1, T2>(streams, vector - 1)
        : Choose<TParameters, TGradient, TSigned, TUnsigned, TSigned, T0, T1, T2>(streams, vector - 1);

    private static delegate*<CompiledUpdate*, Streams*, SegmentRange*, nint, nint, void> For<TParameters, TGradient, T0, T1, T2, T3>(
        Streams* streams)
        where TParameters : IFormat
        where TGradient : IFormat
        where T0 : IFormat
        where T1 : IFormat
        where T2 : IFormat
        where T3 : IFormat =>
        streams->Rounding.IsStochastic
            ? &LowPrecisionLoop<T, V, TUpdate, TParameters, TGradient, T0, T1, T2, T3, Yes>.Run
            : &LowPrecisionLoop<T, V, TUpdate, TParameters, TGradient, T0, T1, T2, T3, No>.Run;

    private static bool Has(StateTraits ofFirst, int vector) => ((int)TUpdate.Traits >> vector & (int)ofFirst) != 0;
}
