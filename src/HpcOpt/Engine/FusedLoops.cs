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
            StateFormat.BFloat16 => First<TParameters, TGradient, BFloat16Format, BFloat16Format>(stored),
            StateFormat.Float8 => First<TParameters, TGradient, SignedFloat8, UnsignedFloat8>(stored),
            _ => First<TParameters, TGradient, SingleFormat, SingleFormat>(stored),
        };

    // One after the other, the formats of the four vectors of state.
    private static delegate*<void*, nint, nint, void> First<TParameters, TGradient, TSigned, TUnsigned>(Stored* stored)
        where TParameters : IFormat
        where TGradient : IFormat
        where TSigned : IFormat
        where TUnsigned : IFormat => KindOf(0) switch
        {
            StateKind.Signed => Second<TParameters, TGradient, TSigned, TUnsigned, TSigned>(stored),
            StateKind.NonNegative => Second<TParameters, TGradient, TSigned, TUnsigned, TUnsigned>(stored),
            StateKind.Parameters => Second<TParameters, TGradient, TSigned, TUnsigned, SingleFormat>(stored),
            _ => For<TParameters, TGradient, NoFormat, NoFormat, NoFormat, NoFormat>(stored),
        };

    private static delegate*<void*, nint, nint, void> Second<TParameters, TGradient, TSigned, TUnsigned, T0>(Stored* stored)
        where TParameters : IFormat
        where TGradient : IFormat
        where TSigned : IFormat
        where TUnsigned : IFormat
        where T0 : IFormat => KindOf(1) switch
        {
            StateKind.Signed => Third<TParameters, TGradient, TSigned, TUnsigned, T0, TSigned>(stored),
            StateKind.NonNegative => Third<TParameters, TGradient, TSigned, TUnsigned, T0, TUnsigned>(stored),
            StateKind.Parameters => Third<TParameters, TGradient, TSigned, TUnsigned, T0, SingleFormat>(stored),
            _ => For<TParameters, TGradient, T0, NoFormat, NoFormat, NoFormat>(stored),
        };

    private static delegate*<void*, nint, nint, void> Third<TParameters, TGradient, TSigned, TUnsigned, T0, T1>(Stored* stored)
        where TParameters : IFormat
        where TGradient : IFormat
        where TSigned : IFormat
        where TUnsigned : IFormat
        where T0 : IFormat
        where T1 : IFormat => KindOf(2) switch
        {
            StateKind.Signed => Fourth<TParameters, TGradient, TSigned, TUnsigned, T0, T1, TSigned>(stored),
            StateKind.NonNegative => Fourth<TParameters, TGradient, TSigned, TUnsigned, T0, T1, TUnsigned>(stored),
            StateKind.Parameters => Fourth<TParameters, TGradient, TSigned, TUnsigned, T0, T1, SingleFormat>(stored),
            _ => For<TParameters, TGradient, T0, T1, NoFormat, NoFormat>(stored),
        };

    private static delegate*<void*, nint, nint, void> Fourth<TParameters, TGradient, TSigned, TUnsigned, T0, T1, T2>(Stored* stored)
        where TParameters : IFormat
        where TGradient : IFormat
        where TSigned : IFormat
        where TUnsigned : IFormat
        where T0 : IFormat
        where T1 : IFormat
        where T2 : IFormat => KindOf(3) switch
        {
            StateKind.Signed => For<TParameters, TGradient, T0, T1, T2, TSigned>(stored),
            StateKind.NonNegative => For<TParameters, TGradient, T0, T1, T2, TUnsigned>(stored),
            StateKind.Parameters => For<TParameters, TGradient, T0, T1, T2, SingleFormat>(stored),
            _ => For<TParameters, TGradient, T0, T1, T2, NoFormat>(stored),
        };

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

    private static StateKind KindOf(int vector)
    {
        bool Has(StateTraits ofFirst) => ((int)TUpdate.Traits >> vector & (int)ofFirst) != 0;
        return vector >= TUpdate.StateCount ? StateKind.None
            : Has(StateTraits.Parameters0) ? StateKind.Parameters
            : Has(StateTraits.NonNegative0) ? StateKind.NonNegative
            : StateKind.Signed;
    }

    private enum StateKind
    {
        None,
        Signed,
        NonNegative,

        /// <summary>Parameters of their own, which are not rounded.</summary>
        Parameters,
    }
}
