namespace HpcOpt;

/// <summary>A named range of a vector of parameters, such as the weights of a layer.</summary>
public sealed class ParameterSegment
{
    /// <summary>A segment.</summary>
    /// <param name="name">Its name, not empty.</param>
    /// <param name="shape">Its dimensions, each at least 1; their product is <see cref="Length"/>. Elements are in row-major order.</param>
    /// <param name="start">Index of its first parameter, from 0.</param>
    /// <exception cref="ArgumentException">The name is empty, the shape has no dimension or an empty one, or the range is beyond 64 bits.</exception>
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

        nint length = shape.IsEmpty ? 0 : 1;
        foreach (nint dimension in shape)
        {
            if (dimension < 1)
            {
                length = 0;
                break;
            }

            length = length > (nint.MaxValue - start) / dimension
                ? throw new ArgumentException($"Segment '{name}' of shape {Text(shape)} is too large for 64 bits.", nameof(shape))
                : length * dimension;
        }

        if (length == 0)
        {
            throw new ArgumentException($"Segment '{name}' of shape {Text(shape)} is empty; expected at least one dimension, each at least 1.", nameof(shape));
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
    public Span<T> Of<T>(Span<T> vector) => vector.Slice((int)Start, (int)Length);

    /// <summary>Name, shape and range, for example <c>w1[784, 300] at 0…235199</c>.</summary>
    public override string ToString() => $"{Name}{Text([.. Shape])} at {Start}…{End - 1}";

    private static string Text(ReadOnlySpan<nint> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
