using System.Runtime.CompilerServices;

namespace HpcOpt;

/// <summary>Checks at the boundary: each throws before anything is written, and names the value and what was expected.</summary>
internal static class Guard
{
    /// <summary>A finite number ≥ 0.</summary>
    public static double NotNegative(double value, [CallerMemberName] string name = "") => Interval.NotNegative.Check(value, name);

    /// <summary>A number in [0, 1).</summary>
    public static double Fraction(double value, [CallerMemberName] string name = "") => Interval.Fraction.Check(value, name);

    /// <summary>A number in [0, 1].</summary>
    public static double Share(double value, [CallerMemberName] string name = "") => Interval.Share.Check(value, name);

    /// <summary>A finite number > 0.</summary>
    public static double Positive(double value, [CallerMemberName] string name = "") => Interval.Positive.Check(value, name);

    /// <summary>A finite number > 1.</summary>
    public static double MoreThanOne(double value, [CallerMemberName] string name = "") => Interval.MoreThanOne.Check(value, name);

    /// <summary>A whole number from 1.</summary>
    public static long AtLeastOne(long value, [CallerMemberName] string name = "") =>
        value >= 1 ? value : throw OutOfRange(name, value, "at least 1");

    /// <summary>A whole number within bounds.</summary>
    public static long Between(long value, long least, long most, string name) =>
        value >= least && value <= most ? value
        : throw OutOfRange(name, value, FormattableString.Invariant($"at least {least}{(most == long.MaxValue ? "" : FormattableString.Invariant($" and at most {most}"))}"));

    /// <summary>A number in (0, 1).</summary>
    public static double OpenFraction(double value, [CallerMemberName] string name = "") => Interval.OpenFraction.Check(value, name);

    /// <summary>A finite number.</summary>
    public static double Finite(double value, [CallerMemberName] string name = "") => Interval.Finite.Check(value, name);

    /// <summary>A vector argument as long as the optimizer.</summary>
    public static void Length(nint actual, nint expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{name} has {actual} elements; expected {expected}.", name);
        }
    }

    /// <summary>Two vectors that are the same, or share no byte.</summary>
    public static unsafe void SameOrDisjoint<T>(T* x, T* y, nint length, string nameX, string nameY)
        where T : unmanaged
    {
        if (x != y && Overlap(x, length, y, length))
        {
            throw new ArgumentException($"{nameX} and {nameY} overlap without being the same vector; give them separate memory.", nameY);
        }
    }

    /// <summary>Two vectors that share no byte.</summary>
    public static unsafe void Disjoint<T>(T* x, nint lengthX, T* y, nint lengthY, string nameX, string nameY)
        where T : unmanaged
    {
        if (Overlap(x, lengthX, y, lengthY))
        {
            throw new ArgumentException($"{nameX} overlaps {nameY}; give them separate memory.", nameX);
        }
    }

    /// <summary>Two ranges of bytes that share none.</summary>
    public static unsafe void Disjoint(byte* x, nint bytesX, byte* y, nint bytesY, string nameX, string nameY)
    {
        if (x < y + bytesY && y < x + bytesX)
        {
            throw new ArgumentException($"{nameX} overlaps {nameY}; give them separate memory.", nameX);
        }
    }

    /// <summary>A pointer to at least one element.</summary>
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
