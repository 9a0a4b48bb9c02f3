using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Tests.Formats;

/// <summary><see cref="Conversion{T, V}"/> with one scale for all blocks.</summary>
internal static unsafe class Encoding<V>
    where V : unmanaged, IKernelLanes<V, float>
{
    public static void Encode(NumberFormat format, bool isStochastic, float* source, byte* destination, byte* lower, float scale,
        uint counter, int slot, int count)
    {
        float[] mixed = new float[count];
        var scales = new BlockScale[((count / Float8.BlockLength) + 1) * Conversion<float, V>.ScaleStride];
        scales.AsSpan().Fill(new(scale));
        fixed (float* m = mixed)
        fixed (BlockScale* s = scales)
        {
            Conversion<float, V>.Mix(counter, m, count);
            Conversion<float, V>.Encode(new(destination, format, lower), 0, isStochastic, source, m, s, slot, count);
        }
    }
}
