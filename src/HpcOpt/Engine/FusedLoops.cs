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
            StateFormat.BFloat16 => Choose<TParameters, TGradient, BFloat16Format, BFloat16Format, NoFormat, NoFormat, NoFormat, NoFormat>(stored, TUpdate.StateCount - 1),
            StateFormat.Float8 => Choose<TParameters, TGradient, SignedFloat8, UnsignedFloat8, NoFormat, NoFormat, NoFormat, NoFormat>(stored, TUpdate.StateCount - 1),
            _ => Choose<TParameters, TGradient, SingleFormat, SingleFormat, NoFormat, NoFormat, NoFormat, NoFormat>(stored, TUpdate.StateCount - 1),
        };

    /// <summary>Puts the format of a vector of state before those of the vectors behind it, then goes on with the one before.</summary>
    private static delegate*<void*, nint, nint, void> Choose<TParameters, TGradient, TSigned, TUnsigned, T0, T1, T2, T3>(Stored* stored, int vector)
        where TParameters : IFormat
        where TGradient : IFormat
        where TSigned : IFormat
        where TUnsigned : IFormat
        where T0 : IFormat
        where T1 : IFormat
        where T2 : IFormat
        where T3 : IFormat =>
        vector < 0 ? For<TParameters, TGradient, T0, T1, T2, T3>(stored)
        : Has(StateTraits.Parameters0, vector) ? Choose<TParameters, TGradient, TSigned, TUnsigned, SingleFormat, T0, T1, T2>(stored, vector - 1)
        : Has(StateTraits.NonNegative0, vector) ? Choose<TParameters, TGradient, TSigned, TUnsigned, TUnsigned, T0, T1, T2>(stored, vector - 1)
        : Choose<TParameters, TGradient, TSigned, TUnsigned, TSigned, T0, T1, T2>(stored, vector - 1);

    private static delegate*<void*, nint, nint, void> For<TParameters, TGradient, T0, T1, T2, T3>(Stored* stored)
        where TParameters : IFormat
        where TGradient : IFormat
        where T0 : IFormat
        where T1 : IFormat
        where T2 : IFormat
        where T3 : IFormat =>
        stored->IsStochastic
            ? &FusedLoop<T, V, TUpdate, TParameters, TGradient, T0, T1, T2, T3, Yes>.Run
            : &FusedLoop<T, V, TUpdate, TParameters, TGradient, T0, T1, T2, T3, No>.Run;

    private static bool Has(StateTraits ofFirst, int vector) => ((int)TUpdate.Traits >> vector & (int)ofFirst) != 0;
}
