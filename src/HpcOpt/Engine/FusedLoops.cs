using System.Numerics;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>The loop for the formats of a pass; the run-time compiles those that are asked for.</summary>
internal static unsafe class FusedLoops<T, V, TUpdate>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IMemoryLanes<V, T>
    where TUpdate : unmanaged, IUpdate<V>
{
    public static delegate*<void*, nint, nint, void> For(Stored* stored) => stored->Parameters switch
    {
        NumberFormat.BFloat16 => For<BFloat16Format>(stored),
        NumberFormat.Split => For<SplitFormat>(stored),
        _ => stored->HasCopy ? For<CopiedFormat>(stored) : For<SingleFormat>(stored),
    };

    private static delegate*<void*, nint, nint, void> For<TParameters>(Stored* stored)
        where TParameters : IFormat => stored->Gradient switch
        {
            NumberFormat.BFloat16 => For<TParameters, BFloat16Format>(stored),
            NumberFormat.Half => For<TParameters, HalfFormat>(stored),
            _ => For<TParameters, SingleFormat>(stored),
        };

    private static delegate*<void*, nint, nint, void> For<TParameters, TGradient>(Stored* stored)
        where TParameters : IFormat
        where TGradient : IFormat => stored->State switch
        {
            StateFormat.BFloat16 => For<TParameters, TGradient, BFloat16Format, BFloat16Format>(stored),
            StateFormat.Float8 => For<TParameters, TGradient, SignedFloat8, UnsignedFloat8>(stored),
            _ => For<TParameters, TGradient, SingleFormat, SingleFormat>(stored),
        };

    private static delegate*<void*, nint, nint, void> For<TParameters, TGradient, TSigned, TUnsigned>(Stored* stored)
        where TParameters : IFormat
        where TGradient : IFormat
        where TSigned : IFormat
        where TUnsigned : IFormat =>
        stored->IsStochastic
            ? &FusedLoop<T, V, TUpdate, TParameters, TGradient, TSigned, TUnsigned, Yes>.Run
            : &FusedLoop<T, V, TUpdate, TParameters, TGradient, TSigned, TUnsigned, No>.Run;
}
