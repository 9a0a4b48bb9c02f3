using System.Numerics;
using HpcOpt.Tests.Formats;

namespace HpcOpt.Tests.Memory;

/// <summary>The segments of a layout, each between guard pages of its own, at one end of its memory and then at the other.</summary>
internal sealed unsafe class ScatteredTensors(ParameterLayout layout) : IDisposable
{
    // The second is for lower halves.
    private readonly GuardedMemory[] _first = Allocate(layout, sizeof(double));
    private readonly GuardedMemory[] _second = Allocate(layout, sizeof(ushort));
    private readonly nint[] _addresses = new nint[2 * layout.Segments.Count];
    private bool _atEnd;

    /// <summary>Puts numbers into the memory, at other addresses than before, and tells a list, but for those that are absent.</summary>
    public void Scatter<T>(StoredNumbers numbers, TensorList<T> list, Func<int, bool> isAbsent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _atEnd = !_atEnd;
        for (int i = 0; i < layout.Segments.Count; i++)
        {
            ParameterSegment segment = layout.Segments[i];
            (int start, int length) = ((int)segment.Start, (int)segment.Length);
            byte* first = Put(_first[i], numbers.Upper.Slice(start * numbers.FirstBytes, length * numbers.FirstBytes));
            _addresses[i] = (nint)first;
            if (isAbsent(i))
            {
                list.Remove(i);
            }
            else if (numbers.Format == NumberFormat.Split)
            {
                byte* second = Put(_second[i], numbers.Lower.Slice(start * sizeof(ushort), length * sizeof(ushort)));
                _addresses[layout.Segments.Count + i] = (nint)second;
                list.Set(i, Operand<T>.Split(first, second, segment.Length));
            }
            else
            {
                list.SetAddress(i, first);
            }
        }
    }

    /// <summary>Takes the numbers back, whose surroundings must be as they were.</summary>
    public void Gather(StoredNumbers numbers)
    {
        for (int i = 0; i < layout.Segments.Count; i++)
        {
            ParameterSegment segment = layout.Segments[i];
            (int start, int length) = ((int)segment.Start, (int)segment.Length);
            Take(_first[i], (byte*)_addresses[i], numbers.Upper.Slice(start * numbers.FirstBytes, length * numbers.FirstBytes));
            if (numbers.Format == NumberFormat.Split)
            {
                var second = (byte*)_addresses[layout.Segments.Count + i];
                Take(_second[i], second, numbers.Lower.Slice(start * sizeof(ushort), length * sizeof(ushort)));
            }
        }
    }

    public void Dispose()
    {
        foreach (GuardedMemory memory in _first.Concat(_second))
            memory.Dispose();
    }

    private static GuardedMemory[] Allocate(ParameterLayout layout, int bytes) =>
        [.. layout.Segments.Select(segment => new GuardedMemory((int)segment.Length * bytes))];

    private byte* Put(GuardedMemory memory, Span<byte> bytes)
    {
        byte* address = memory.Place(bytes.Length, _atEnd);
        bytes.CopyTo(new(address, bytes.Length));
        return address;
    }

    private void Take(GuardedMemory memory, byte* address, Span<byte> bytes)
    {
        new Span<byte>(address, bytes.Length).CopyTo(bytes);
        Assert.True(memory.IsIntact(bytes.Length, _atEnd), "A step wrote beside a tensor.");
    }
}
