using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace HpcOpt.Tests.State;

/// <summary>All bytes that steps carry on: parameters, every entry of the optimizer's state by its name, and its copy.</summary>
internal static unsafe class Everything
{
    public static byte[] Of<T>(Optimizer<T> optimizer, ReadOnlySpan<byte> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<byte> bytes = [.. parameters];
        foreach (StateEntry entry in StateSnapshot.Of(optimizer))
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(entry.Name));
            bytes.AddRange(new ReadOnlySpan<byte>(entry.Address, (int)entry.ByteLength));
        }

        if (optimizer.Copy is { } copy)
            bytes.AddRange(TestData.Bits(copy));
        return [.. bytes, .. BitConverter.GetBytes(optimizer.StepCount)];
    }

    public static byte[] Of<T>(Optimizer<T> optimizer, T[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of(optimizer, MemoryMarshal.AsBytes<T>(parameters));
}
