using System.Runtime.CompilerServices;
using HpcOpt.Formats;

namespace HpcOpt.Engine;

// The scales of blocks, which the last step's codes tell.
internal static unsafe partial class LowPrecisionLoop<T, V, TUpdate, TParameters, TGradient, T0, T1, T2, T3, TStochastic>
{
    /// <summary>Finds the scales of the whole blocks before the first that must be measured; returns their elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint KnownScales(Streams* streams, nint block, BlockScale* scales, nint start, nint count)
    {
        nint known = 0;
        while (known <= count - Block && ScalesOf(streams, start + known, block++, scales))
        {
            known += Block;
            scales += Conversion<T, V>.ScaleStride;
        }

        return known;
    }

    /// <summary>Keeps the scales to read and to write a block with; false, and nothing kept, where one must be measured.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ScalesOf(Streams* streams, nint i, nint block, BlockScale* scales)
    {
        if (!(IsKnown<T0>(&streams->S0, i, block, scales) && IsKnown<T1>(&streams->S1, i, block, scales + 1)
            && IsKnown<T2>(&streams->S2, i, block, scales + 2) && IsKnown<T3>(&streams->S3, i, block, scales + 3)))
        {
            return false;
        }

        BlockScale* written = scales + (Conversion<T, V>.ScaleStride / 2);
        Keep<T0>(&streams->S0, block, written);
        Keep<T1>(&streams->S1, block, written + 1);
        Keep<T2>(&streams->S2, block, written + 2);
        Keep<T3>(&streams->S3, block, written + 3);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsKnown<TFormat>(Numbers* state, nint i, nint block, BlockScale* scales)
        where TFormat : IFormat
    {
        if (TFormat.HasScales)
        {
            float scale = state->Scales[block], next = scale;
            if (Moves(Traffic.WriteState))
            {
                next = Scales.NextOfBlock(state->Address + i, scale, typeof(TFormat) == typeof(UnsignedFloat8));
            }

            scales[0] = new(scale);
            scales[Conversion<T, V>.ScaleStride / 2] = new(next);
            return next != 0 || !Moves(Traffic.WriteState);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep<TFormat>(Numbers* state, nint block, BlockScale* scale)
        where TFormat : IFormat
    {
        if (TFormat.HasScales && Moves(Traffic.WriteState))
        {
            state->Scales[block] = BitConverter.UInt32BitsToSingle(scale->Bits);
        }
    }
}
