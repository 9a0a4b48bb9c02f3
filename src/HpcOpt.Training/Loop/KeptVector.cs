using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcOpt.Training;

/// <summary>A vector that belongs to the state of a run: it never moves, so that a snapshot may look at it.</summary>
internal sealed unsafe class KeptVector<T>(int length)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _values = GC.AllocateArray<T>(length, pinned: true);

    public Span<T> Span => _values;

    public void Visit(StateVisitor visitor, string name) =>
        visitor.Vector(name, (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_values)), _values.Length);
}
