namespace HpcOpt;

/// <summary>Segments with hyperparameters of their own: another learning rate, no weight decay, or no updates at all.</summary>
/// <typeparam name="TRule">The optimizer's rule.</typeparam>
public sealed class ParameterGroup<TRule>
    where TRule : struct, IOptimizerRule
{
    private TRule _rule;

    /// <summary>A group.</summary>
    /// <param name="name">Its name, not empty.</param>
    /// <param name="rule">Its hyperparameters; they need the same state vectors as the optimizer's.</param>
    /// <param name="segments">Names of its segments, at least one.</param>
    /// <exception cref="ArgumentException">The name is empty, or there are no segments.</exception>
    public ParameterGroup(string name, TRule rule, params IEnumerable<string> segments)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new ArgumentException("The group has no name; give it one.", nameof(name));
        }

        (Name, _rule, Segments) = (name, rule, [.. segments]);
        if (Segments.Count == 0)
        {
            throw new ArgumentException($"Group '{name}' has no segments; name at least one.", nameof(segments));
        }
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Names of the segments.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>The hyperparameters; they may change between steps as long as they need the same state vectors.</summary>
    /// <exception cref="ArgumentException">The new hyperparameters need other state vectors, or are <c>default</c>.</exception>
    public TRule Rule
    {
        get => _rule;
        set => _rule = RuleLayout.Same(value, _rule);
    }

    /// <summary>Learning rate η ≥ 0 of the group.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRate
    {
        get => _rule.LearningRate;
        set => _rule.LearningRate = value;
    }

    /// <summary>Whether steps neither read nor write parameters and state of the group. May change between steps.</summary>
    public bool IsFrozen { get; set; }
}

/// <summary>Which state a rule needs.</summary>
internal static class RuleLayout
{
    /// <summary><paramref name="rule"/>, if it holds hyperparameters.</summary>
    public static TRule Checked<TRule>(TRule rule)
        where TRule : struct, IOptimizerRule =>
        EqualityComparer<TRule>.Default.Equals(rule, default)
        && !EqualityComparer<TRule>.Default.Equals(new TRule { LearningRate = 0 }, default)
            ? throw new ArgumentException(
                $"default({typeof(TRule).Name}) holds no hyperparameters; write new {typeof(TRule).Name}().", nameof(rule))
            : rule;

    /// <summary><paramref name="rule"/>, if it needs the same state vectors as <paramref name="old"/>.</summary>
    public static TRule Same<TRule>(TRule rule, TRule old)
        where TRule : struct, IOptimizerRule =>
        Checked(rule).State.Select(v => v.Name).SequenceEqual(old.State.Select(v => v.Name), StringComparer.Ordinal)
            ? rule
            : throw new ArgumentException($"{rule} needs other state than {old}; create a new optimizer.", nameof(rule));
}
