using System.Runtime.CompilerServices;
using HpcOpt.Lanes;

namespace HpcOpt.Formats;

/// <summary>A number format in memory, converted to <see cref="float"/> and back in registers, without tables.</summary>
/// <remarks>No operand or result on the way is subnormal unless the number is: subnormals cost some CPUs a hundred cycles.</remarks>
internal unsafe interface IFormat
{
    /// <summary>Bytes of a number, without its share of a scale or its lower half.</summary>
    static abstract int Bytes { get; }

    /// <summary>Whether the numbers of a block share a scale.</summary>
    static virtual bool HasScales => false;

    /// <summary>Reads as many numbers as there are lanes.</summary>
    /// <param name="source">The numbers.</param>
    /// <param name="lower">The lower halves, of formats that have them.</param>
    /// <param name="scale">The scale of the block, of formats that have one.</param>
    static abstract W Load<W, TIntegers>(byte* source, byte* lower, BlockScale* scale)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>;

    /// <summary>
    /// The codes of numbers (their bits, where nothing is rounded), for <see cref="Write{W, TIntegers}(byte*, byte*, W)"/>.
    /// </summary>
    /// <typeparam name="W">A vector of integer lanes.</typeparam>
    /// <typeparam name="TIntegers">What is done with them.</typeparam>
    /// <typeparam name="TStochastic">Whether rounding is by the noise; otherwise to nearest.</typeparam>
    /// <typeparam name="TGuards">Whether a NaN may have any payload; otherwise its lower 16 bits are 0, as in the CPU's own.</typeparam>
    /// <typeparam name="TIsOdd">Whether the number of the slot is odd.</typeparam>
    /// <param name="bits">The bits of floats.</param>
    /// <param name="scale">The scale of the block.</param>
    /// <param name="word">The random word of the slot, see <see cref="Noise.Word"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual W Encode<W, TIntegers, TStochastic, TGuards, TIsOdd>(W bits, BlockScale* scale, W word)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>
        where TStochastic : IOption
        where TGuards : IOption
        where TIsOdd : IOption => bits;

    /// <summary>Writes codes.</summary>
    static abstract void Write<W, TIntegers>(byte* destination, byte* lower, W code)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>;

    /// <summary>Writes the codes of two vectors.</summary>
    static abstract void Write<W, TIntegers>(byte* destination, byte* lower, W first, W second)
        where W : unmanaged
        where TIntegers : IIntegerLanes<W>;
}
