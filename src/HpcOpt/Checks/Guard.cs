using System.Runtime.CompilerServices;

namespace HpcOpt.Engine;

/// <summary>Checks at the boundary: each throws before anything is written, and names the value and what was expected.</summary>
public static class Guard
{
    /// <summary>A whole number from 1.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">Its name in the message.</param>
    public static long AtLeastOne(long value, [CallerMemberName] string name = "") =>
        value >= 1 ? value : throw OutOfRange(name, value, "at least 1");

    /// <summary>A whole number within bounds.</summary>
    /// <param name="value">The value.</param>
    /// <param name="least">The smallest allowed.</param>
    /// <param name="most">The largest allowed.</param>
    /// <param name="name">Its name in the message.</param>
    public static long Between(long value, long least, long most, string name) =>
        value >= least && value <= most ? value
        : throw OutOfRange(name, value, FormattableString.Invariant(
            $"at least {least}{(most == long.MaxValue ? "" : FormattableString.Invariant($" and at most {most}"))}"));

    /// <summary>A vector argument as long as the optimizer.</summary>
    /// <param name="actual">Number of elements that it has.</param>
    /// <param name="expected">Number that it should have.</param>
    /// <param name="name">Its name in the message.</param>
    public static void Length(nint actual, nint expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{name} has {actual} elements; expected {expected}.", name);
        }
    }

    /// <summary>Two vectors that are the same, or share no byte.</summary>
    /// <typeparam name="T">Type of an element.</typeparam>
    /// <param name="x">Address of the first.</param>
    /// <param name="y">Address of the second.</param>
    /// <param name="length">Number of elements.</param>
    /// <param name="nameX">What the message calls the first.</param>
    /// <param name="nameY">What it calls the second.</param>
    public static unsafe void SameOrDisjoint<T>(T* x, T* y, nint length, string nameX, string nameY)
        where T : unmanaged
    {
        if (x != y && Overlap(x, length, y, length))
        {
            throw new ArgumentException($"{nameX} and {nameY} overlap without being the same vector; give them separate memory.", nameY);
        }
    }

    /// <summary>Two vectors that share no byte.</summary>
    /// <typeparam name="T">Type of an element.</typeparam>
    /// <param name="x">Address of the first.</param>
    /// <param name="lengthX">Elements of the first.</param>
    /// <param name="y">Address of the second.</param>
    /// <param name="lengthY">Elements of the second.</param>
    /// <param name="nameX">What the message calls the first.</param>
    /// <param name="nameY">What it calls the second.</param>
    public static unsafe void Disjoint<T>(T* x, nint lengthX, T* y, nint lengthY, string nameX, string nameY)
        where T : unmanaged
    {
        if (Overlap(x, lengthX, y, lengthY))
        {
            throw new ArgumentException($"{nameX} overlaps {nameY}; give them separate memory.", nameX);
        }
    }

    /// <summary>Two ranges of bytes that share none.</summary>
    /// <param name="x">Address of the first.</param>
    /// <param name="bytesX">Bytes of the first.</param>
    /// <param name="y">Address of the second.</param>
    /// <param name="bytesY">Bytes of the second.</param>
    /// <param name="nameX">What the message calls the first.</param>
    /// <param name="nameY">What it calls the second.</param>
    public static unsafe void Disjoint(byte* x, nint bytesX, byte* y, nint bytesY, string nameX, string nameY)
    {
        if (x < y + bytesY && y < x + bytesX)
        {
            throw new ArgumentException($"{nameX} overlaps {nameY}; give them separate memory.", nameX);
        }
    }

    /// <summary>A pointer to at least one element.</summary>
    /// <typeparam name="T">Type of an element.</typeparam>
    /// <param name="pointer">The pointer.</param>
    /// <param name="length">Number of elements.</param>
    /// <param name="name">Its name in the message.</param>
    public static unsafe void NotNull<T>(T* pointer, nint length, string name)
        where T : unmanaged
    {
        if (pointer is null && length > 0)
        {
            throw new ArgumentNullException(name, $"{name} is a null pointer; expected the address of {length} elements.");
        }
    }

    private static unsafe bool Overlap<T>(T* x, nint lengthX, T* y, nint lengthY)
        where T : unmanaged => x < y + lengthY && y < x + lengthX;

    private static ArgumentOutOfRangeException OutOfRange(string name, object value, string expected) =>
        new(name, value, $"{name} must be {expected}.");
}
