namespace HpcOpt.Lanes;

/// <summary>The lanes of a <see cref="float"/> vector as 32-bit integers, for converting formats. Written once for each width.</summary>
/// <remarks>
/// Static methods over the plain vector, not a type around it: the compiler inlines only so much into one loop, and these cost it nothing.
/// </remarks>
/// <typeparam name="W">A vector of 32-bit integers, or one.</typeparam>
internal unsafe interface IIntegerLanes<W>
    where W : unmanaged
{
    /// <summary>The NaN that x86 itself makes; its lower half is 0.</summary>
    const uint NaN = 0xFFC00000;

    static abstract W Create(uint value);

    /// <summary>0, <paramref name="step"/>, 2 <paramref name="step"/>, …, modulo 2³².</summary>
    static abstract W Ramp(uint step);

    static abstract W Load(uint* source);

    /// <summary>Reads two vectors. The type chooses which elements are in the first, the same in all methods that take two.</summary>
    static abstract void Load(uint* source, out W first, out W second);

    /// <summary>The <see cref="Ramp(uint)"/> of such two.</summary>
    static abstract void Ramp(uint step, out W first, out W second);

    /// <summary>Reads 16 bits a lane; the upper ones are zero.</summary>
    static abstract W LoadHalves(ushort* source);

    /// <summary>Reads 16 bits a lane into its upper half; the lower one is zero.</summary>
    static abstract W LoadUpperHalves(ushort* source);

    /// <summary>Reads 8 bits a lane into its uppermost byte; the others are zero.</summary>
    static abstract W LoadTopBytes(byte* source);

    static abstract void Store(uint* destination, W value);

    /// <summary>Writes what <see cref="Load(uint*, out W, out W)"/> reads.</summary>
    static abstract void Store(uint* destination, W first, W second);

    /// <summary>Writes the lower 16 bits of each lane; the upper ones must be zero.</summary>
    static abstract void StoreHalves(ushort* destination, W value);

    /// <inheritdoc cref="StoreHalves(ushort*, W)"/>
    static abstract void StoreHalves(ushort* destination, W first, W second);

    /// <summary>Writes the upper 16 bits of each lane.</summary>
    static abstract void StoreUpperHalves(ushort* destination, W value);

    /// <inheritdoc cref="StoreUpperHalves(ushort*, W)"/>
    static abstract void StoreUpperHalves(ushort* destination, W first, W second);

    /// <summary>Writes each lane, which must be below 2¹², as a byte; 255 where it is more.</summary>
    static abstract void StoreBytes(byte* destination, W value);

    /// <inheritdoc cref="StoreBytes(byte*, W)"/>
    static abstract void StoreBytes(byte* destination, W first, W second);

    /// <summary>Writes the uppermost byte of each lane.</summary>
    static abstract void StoreTopBytes(byte* destination, W value);

    /// <inheritdoc cref="StoreTopBytes(byte*, W)"/>
    static abstract void StoreTopBytes(byte* destination, W first, W second);

    static abstract W Add(W x, W y);

    static abstract W Subtract(W x, W y);

    static abstract W Multiply(W x, W y);

    static abstract W And(W x, W y);

    static abstract W Or(W x, W y);

    static abstract W Xor(W x, W y);

    static abstract W ShiftLeft(W x, int count);

    static abstract W ShiftRight(W x, int count);

    /// <summary>The smaller or larger one, of signed integers.</summary>
    static abstract W Min(W x, W y);

    /// <inheritdoc cref="Min"/>
    static abstract W Max(W x, W y);

    /// <summary>x + y, of floats.</summary>
    static abstract W AddFloats(W x, W y);

    /// <summary>x - y, of floats.</summary>
    static abstract W SubtractFloats(W x, W y);

    /// <summary>x·y, of floats.</summary>
    static abstract W MultiplyFloats(W x, W y);

    /// <summary><paramref name="value"/>, but <see cref="NaN"/> where <paramref name="x"/> is a NaN.</summary>
    static abstract W KeepNaN(W value, W x);
}
