using System.Runtime.CompilerServices;
using System.Text;

namespace HpcOpt;

/// <summary>The type of the values of a <see cref="StateEntry"/>.</summary>
public enum EntryType
{
    /// <summary>UTF-8.</summary>
    Text,

    /// <summary>Unsigned integers of 8 bits.</summary>
    Byte,

    /// <summary>Integers of 32 bits.</summary>
    Int32,

    /// <summary>Integers of 64 bits.</summary>
    Int64,

    /// <summary>f32.</summary>
    Single,

    /// <summary>f64.</summary>
    Double,

    /// <summary>f16.</summary>
    Half,

    /// <summary>bf16.</summary>
    BFloat16,

    /// <summary>fp8 of <see cref="NumberFormat.SignedFloat8"/>, without its scales.</summary>
    SignedFloat8,

    /// <summary>fp8 of <see cref="NumberFormat.UnsignedFloat8"/>, without its scales.</summary>
    UnsignedFloat8,
}

/// <summary>One named part of what an object carries from step to step.</summary>
public sealed unsafe class StateEntry
{
    private readonly object _owner;

    internal StateEntry(string name, EntryType type, void* address, nint length, object owner)
    {
        (Name, Type, Length, _owner) = (name, type, length, owner);
        Address = address;
    }

    /// <summary>An entry with values of its own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Type of the values.</param>
    /// <param name="values">All bytes, copied.</param>
    /// <exception cref="ArgumentException">The bytes are no whole number of values.</exception>
    public StateEntry(string name, EntryType type, ReadOnlySpan<byte> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (values.Length % BytesOf(type) != 0)
        {
            throw new ArgumentException(
                $"{name} has {values.Length} bytes; expected a multiple of {BytesOf(type)}, the size of {type}.", nameof(values));
        }

        byte[] own = GC.AllocateUninitializedArray<byte>(Math.Max(1, values.Length), pinned: true);
        values.CopyTo(own);
        (Name, Type, Length, _owner) = (name, type, values.Length / BytesOf(type), own);
        Address = Unsafe.AsPointer(ref own[0]);
    }

    /// <summary>The name, such as <c>state.m</c>.</summary>
    public string Name { get; }

    /// <summary>Type of the values.</summary>
    public EntryType Type { get; }

    /// <summary>Number of values; of a text, its bytes.</summary>
    public nint Length { get; }

    /// <summary>Address of the first value. A view of the object's own memory, unless the snapshot is a copy.</summary>
    public void* Address { get; }

    /// <summary>Bytes from there on.</summary>
    public nint ByteLength => Length * BytesOf(Type);

    /// <summary>The text of an entry of <see cref="EntryType.Text"/>.</summary>
    public string Text => Encoding.UTF8.GetString((byte*)Address, checked((int)Length));

    /// <summary>Bytes of a value.</summary>
    /// <param name="type">Its type.</param>
    public static int BytesOf(EntryType type) => type switch
    {
        EntryType.Int64 or EntryType.Double => 8,
        EntryType.Int32 or EntryType.Single => 4,
        EntryType.Half or EntryType.BFloat16 => 2,
        _ => 1,
    };

    /// <summary>Type and number of values, or the text.</summary>
    public override string ToString() => Type == EntryType.Text ? $"'{Text}'" : $"{Length} × {Type}";

    internal T[] ToArray<T>()
        where T : unmanaged
    {
        var values = new T[Length];
        fixed (T* first = values)
        {
            Buffer.MemoryCopy(Address, first, ByteLength, ByteLength);
        }

        GC.KeepAlive(_owner);
        return values;
    }

    internal StateEntry Copy()
    {
        var memory = new NativeVector<byte>(ByteLength);
        Buffer.MemoryCopy(Address, memory.Pointer, ByteLength, ByteLength);
        GC.KeepAlive(_owner);
        return new(Name, Type, memory.Pointer, Length, memory);
    }
}

/// <summary>From number formats to types of entries.</summary>
internal static class EntryTypes
{
    public static EntryType Of(NumberFormat format) => format switch
    {
        NumberFormat.Double => EntryType.Double,
        NumberFormat.Half => EntryType.Half,
        NumberFormat.BFloat16 => EntryType.BFloat16,
        NumberFormat.SignedFloat8 => EntryType.SignedFloat8,
        NumberFormat.UnsignedFloat8 => EntryType.UnsignedFloat8,
        _ => EntryType.Single,
    };
}
