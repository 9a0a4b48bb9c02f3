namespace HpcOpt;

/// <summary>A named range of a vector of parameters, such as the weights of a layer.</summary>
public sealed class ParameterSegment : IEquatable<ParameterSegment>
{
    /// <summary>A segment.</summary>
    /// <param name="name">Its name, not empty.</param>
    /// <param name="shape">Its dimensions, from 0; their product is <see cref="Length"/>, 1 without dimensions. Row-major order.</param>
    /// <param name="start">Index of its first parameter, from 0.</param>
    /// <exception cref="ArgumentException">The name is empty, a dimension is negative, or the range is beyond 64 bits.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> is negative.</exception>
    public ParameterSegment(string name, ReadOnlySpan<nint> shape, nint start)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new ArgumentException($"The segment at {start} has no name; give each segment a name of its own.", nameof(name));
        }

        if (start < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"Segment '{name}' must start at 0 or later.");
        }

        nint length = shape.Contains(0) ? 0 : 1;
        foreach (nint dimension in shape)
        {
            if (dimension < 0)
            {
                throw new ArgumentException(
                    $"Segment '{name}' of shape {Text(shape)} has a negative dimension; expected each to be at least 0.", nameof(shape));
            }

            if (length > 0 && length > (nint.MaxValue - start) / dimension)
            {
                throw new ArgumentException($"Segment '{name}' of shape {Text(shape)} is too large for 64 bits.", nameof(shape));
            }

            length *= dimension;
        }

        (Name, Shape, Start, Length) = (name, shape.ToArray(), start, length);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The dimensions.</summary>
    public IReadOnlyList<nint> Shape { get; }

    /// <summary>Index of the first parameter.</summary>
    public nint Start { get; }

    /// <summary>Number of parameters.</summary>
    public nint Length { get; }

    /// <summary>Index behind the last parameter.</summary>
    public nint End => Start + Length;

    /// <summary>The segment's part of a vector.</summary>
    /// <param name="vector">Parameters, gradient or state.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="vector"/> ends before the segment does.</exception>
    public Span<T> Of<T>(Span<T> vector) => End <= vector.Length
        ? vector.Slice((int)Start, (int)Length)
        : throw new ArgumentOutOfRangeException(
            nameof(vector), vector.Length, $"The vector ends before {this} does; it needs {End} elements (a span holds {int.MaxValue}).");

    /// <summary>Whether name, shape and start are equal.</summary>
    public bool Equals(ParameterSegment? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Start == other.Start && Length == other.Length && Name == other.Name && Shape.SequenceEqual(other.Shape));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterSegment);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Start, Length);

    /// <summary>Name, shape and range, for example <c>w1[784, 300] at 0…235199</c>.</summary>
    public override string ToString() => $"{Name}{Text([.. Shape])} at {Start}{(Length == 0 ? ", empty" : $"…{End - 1}")}";

    private static string Text(ReadOnlySpan<nint> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
