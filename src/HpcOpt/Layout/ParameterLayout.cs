namespace HpcOpt;

/// <summary>How named segments lie in a flat vector of parameters. What lies between segments is padding, which no step touches.</summary>
/// <example>
/// <code>
/// var layout = ParameterLayout.Pack(("w1", [784, 300]), ("b1", [300]), ("w2", [300, 10]), ("b2", [10]));
/// using var optimizer = Optimizer&lt;float&gt;.Create(layout, adamW, [new("biases", adamW with { WeightDecay = 0 }, "b1", "b2")]);
/// </code>
/// </example>
public sealed class ParameterLayout : IEquatable<ParameterLayout>
{
    private readonly Dictionary<string, ParameterSegment> _byName = new(StringComparer.Ordinal);

    /// <summary>A layout of segments in any order.</summary>
    /// <param name="segments">At least one; names and ranges of their own.</param>
    /// <exception cref="ArgumentException">There are no segments, two share a name, or two overlap.</exception>
    public ParameterLayout(params IEnumerable<ParameterSegment> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        Segments = [.. segments.OrderBy(segment => segment.Start).ThenBy(segment => segment.End)];
        if (Segments.Count == 0)
        {
            throw new ArgumentException("The layout has no segments; expected at least one.", nameof(segments));
        }

        ParameterSegment? last = null;
        foreach (ParameterSegment segment in Segments)
        {
            if (!_byName.TryAdd(segment.Name, segment))
            {
                throw new ArgumentException($"Two segments are called '{segment.Name}'; give each a name of its own.", nameof(segments));
            }

            if (last is not null && segment.Start < last.End)
            {
                throw new ArgumentException($"Segments {last} and {segment} overlap; give them separate ranges.", nameof(segments));
            }

            last = segment;
        }

        Length = last!.End;
    }

    /// <summary>The segments, in the order of their ranges.</summary>
    public IReadOnlyList<ParameterSegment> Segments { get; }

    /// <summary>Number of parameters, padding included: where the last segment ends.</summary>
    public nint Length { get; }

    /// <summary>The segment of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public ParameterSegment this[string name] => _byName.TryGetValue(name, out ParameterSegment? segment)
        ? segment
        : throw new ArgumentException(
            $"There is no segment '{name}'; expected one of "
            + $"{string.Join(", ", Segments.Take(20).Select(s => s.Name))}{(Segments.Count > 20 ? ", …" : "")}.", nameof(name));

    /// <summary>A layout without padding: each segment begins where the one before it ends.</summary>
    /// <param name="segments">Names and shapes.</param>
    /// <exception cref="ArgumentException">As for the constructor and that of <see cref="ParameterSegment"/>.</exception>
    public static ParameterLayout Pack(params ReadOnlySpan<(string Name, nint[] Shape)> segments)
    {
        var packed = new List<ParameterSegment>(segments.Length);
        foreach ((string name, nint[] shape) in segments)
        {
            packed.Add(new ParameterSegment(name, shape, packed.Count == 0 ? 0 : packed[^1].End));
        }

        return new ParameterLayout(packed);
    }

    /// <summary>Whether all segments are equal.</summary>
    public bool Equals(ParameterLayout? other) =>
        ReferenceEquals(this, other) || (other is not null && Segments.SequenceEqual(other.Segments));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterLayout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Segments.Count, Length, Segments[0]);

    /// <summary>All segments, for example <c>w1[784, 300] at 0…235199; b1[300] at 235200…235499</c>.</summary>
    public override string ToString() => string.Join("; ", Segments);
}
