using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Up to 256 elements of every stream as floats on the stack: for what a loop in registers cannot do, the ends of vectors, blocks to be measured, norms.</summary>
internal unsafe struct StoredTile<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged, IMemoryLanes<V, T>
{
    public const int Length = Float8.BlockLength;

    private const int States = 4;
    private fixed byte _buffer[Length * (3 + States) * sizeof(double)];

    /// <summary>Reads <paramref name="count"/> elements from <paramref name="i"/> on, whose scales have the number <paramref name="block"/>.</summary>
    /// <returns>The tile, as an engine knows memory; valid while this struct stays where it is.</returns>
    public Vectors<T> Load(Vectors<T>* memory, nint i, nint count, nint block, int stateCount, Traffic traffic)
    {
        Stored* stored = memory->Stored;
        T* buffer = (T*)Unsafe.AsPointer(ref _buffer[0]);
        Vectors<T> tile = new() { Length = count, P = buffer, G = buffer + Length };
        if ((traffic & Traffic.ReadParameters) != Traffic.None)
        {
            Conversion<T, V>.Decode(stored->Parameters, At(memory->P, stored->Parameters, i), stored->Hidden + (i * sizeof(ushort)), 0, tile.P, count);
        }

        if ((traffic & Traffic.ReadGradient) != Traffic.None)
        {
            Conversion<T, V>.Decode(stored->Gradient, At(memory->G, stored->Gradient, i), null, 0, tile.G, count);
        }

        for (int k = 0; k < stateCount; k++)
        {
            (&tile.S0)[k] = buffer + ((2 + k) * Length);
            if ((traffic & Traffic.ReadState) != Traffic.None)
            {
                NumberFormat format = (&stored->State0)[k];
                float scale = format.HasScales() ? (&stored->Scales0)[k][block] : 0;
                Conversion<T, V>.Decode(format, At((&memory->S0)[k], format, i), null, scale, (&tile.S0)[k], count);
            }
        }

        return tile;
    }

    /// <summary>Writes the elements back; the scales are those that the last step's numbers give, or where they give none these numbers'.</summary>
    public static void Store(Vectors<T>* memory, Vectors<T>* tile, nint i, nint block, int stateCount, Traffic traffic)
    {
        Stored* stored = memory->Stored;
        T* mixed = tile->P + ((2 + States) * Length);
        if (stored->IsStochastic)
        {
            Conversion<T, V>.Mix(Noise.First(stored->Key, stored->FirstIndex + (ulong)i), mixed, tile->Length);
        }

        for (int k = 0; k < stateCount && (traffic & Traffic.WriteState) != Traffic.None; k++)
        {
            NumberFormat format = (&stored->State0)[k];
            byte* state = At((&memory->S0)[k], format, i);
            float scale = 0;
            if (format.HasScales())
            {
                ref float kept = ref (&stored->Scales0)[k][block];
                bool isUnsigned = format == NumberFormat.UnsignedFloat8;
                scale = Scales.Next(state, tile->Length, kept, isUnsigned);
                kept = scale = scale == 0 ? Scales.Of((float*)(&tile->S0)[k], tile->Length, isUnsigned) : scale;
            }

            var written = new BlockScale(scale);
            Conversion<T, V>.Encode(format, stored->IsStochastic, (&tile->S0)[k], mixed, state, null, &written, k, tile->Length);
        }

        byte* parameters = At(memory->P, stored->Parameters, i), hidden = stored->Hidden + (i * sizeof(ushort));
        if ((traffic & Traffic.WriteParameters) == Traffic.None)
        {
            return;
        }

        if (stored->HasCopy)
        {
            Conversion<T, V>.Encode<CopiedFormat, No, Yes>(tile->P, mixed, parameters, hidden, null, stateCount, tile->Length);
        }
        else
        {
            Conversion<T, V>.Encode(stored->Parameters, stored->IsStochastic, tile->P, mixed, parameters, hidden, null, stateCount, tile->Length);
        }
    }

    private static byte* At(T* vector, NumberFormat format, nint i) => (byte*)vector + (i * format.Bytes());
}
