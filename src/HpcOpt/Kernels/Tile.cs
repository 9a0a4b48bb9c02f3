using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Up to 256 elements of every stream as floats on the stack: for ends of vectors, blocks to be measured, norms.</summary>
internal unsafe struct Tile<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IKernelLanes<V, T>
{
    public const int Length = Float8.BlockLength;

    private fixed byte _buffer[Length * (3 + Streams.MostStates) * sizeof(double)];

    /// <summary>
    /// Reads <paramref name="count"/> elements from <paramref name="i"/> on, whose scales have the number <paramref name="block"/>, into
    /// <paramref name="tile"/>, which is valid while this struct stays where it is.
    /// </summary>
    public void Load(Streams* streams, Streams* tile, nint i, nint count, nint block, int stateCount, Traffic traffic)
    {
        T* buffer = (T*)Unsafe.AsPointer(ref _buffer[0]);
        *tile = Streams.Of(
            count, buffer, buffer + Length, buffer + (2 * Length), buffer + (3 * Length), buffer + (4 * Length), buffer + (5 * Length));
        if ((traffic & Traffic.ReadParameters) != Traffic.None)
        {
            Conversion<T, V>.Decode(streams->P, i, 0, (T*)tile->P.Address, count);
        }

        if ((traffic & Traffic.ReadGradient) != Traffic.None)
        {
            Conversion<T, V>.Decode(streams->G, i, 0, (T*)tile->G.Address, count);
        }

        for (int k = 0; k < stateCount && (traffic & Traffic.ReadState) != Traffic.None; k++)
        {
            Numbers* state = Streams.StateOf(streams, k);
            Conversion<T, V>.Decode(
                *state, i, state->Format.HasScales() ? state->Scales[block] : 0, (T*)Streams.StateOf(tile, k)->Address, count);
        }
    }

    /// <summary>Writes the elements back; the scales come from the last step's numbers, or from these where those give none.</summary>
    public static void Store(Streams* streams, Streams* tile, nint i, nint block, int stateCount, Traffic traffic)
    {
        StepRounding rounding = streams->Rounding;
        T* mixed = (T*)tile->P.Address + ((2 + Streams.MostStates) * Length);
        if (rounding.IsStochastic)
        {
            Conversion<T, V>.Mix(Noise.First(rounding.Key, rounding.FirstIndex + (ulong)i), mixed, tile->Length);
        }

        for (int k = 0; k < stateCount && (traffic & Traffic.WriteState) != Traffic.None; k++)
        {
            Numbers* state = Streams.StateOf(streams, k);
            T* numbers = (T*)Streams.StateOf(tile, k)->Address;
            float scale = 0;
            if (state->Format.HasScales())
            {
                ref float kept = ref state->Scales[block];
                bool isUnsigned = state->Format == NumberFormat.UnsignedFloat8;
                scale = Scales.Next(state->At(i), tile->Length, kept, isUnsigned);
                kept = scale = scale == 0 ? Scales.Of((float*)numbers, tile->Length, isUnsigned) : scale;
            }

            var written = new BlockScale(scale);
            Conversion<T, V>.Encode(*state, i, rounding.IsStochastic, numbers, mixed, &written, k, tile->Length);
        }

        if ((traffic & Traffic.WriteParameters) != Traffic.None)
        {
            Conversion<T, V>.Encode(streams->P, i, rounding.IsStochastic, (T*)tile->P.Address, mixed, null, stateCount, tile->Length);
        }
    }
}
