using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>What a catalogue knows of an optimizer: its name, its formula, its hyperparameters, and how one is configured.</summary>
public sealed class OptimizerDescription
{
    private readonly Func<OptimizerDescription, OptimizerConfiguration> _create;

    private OptimizerDescription(
        string name,
        string summary,
        IReadOnlyList<Hyperparameter> hyperparameters,
        Func<OptimizerDescription, OptimizerConfiguration> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(summary);
        HashSet<string> names = new(StringComparer.Ordinal);
        if (hyperparameters.FirstOrDefault(hyperparameter => !names.Add(hyperparameter.Name)) is { Name: string twice })
        {
            throw new ArgumentException(
                $"{name} has two hyperparameters '{twice}'; list each once, and the learning-rate not at all.", nameof(hyperparameters));
        }

        (Name, Summary, Hyperparameters, _create) = (name, summary, hyperparameters, create);
    }

    /// <summary>The name, as on the command line and in files: <c>adamw</c>.</summary>
    public string Name { get; }

    /// <summary>What a step computes, in one sentence.</summary>
    public string Summary { get; }

    /// <summary>The hyperparameters, <c>learning-rate</c> first.</summary>
    public IReadOnlyList<Hyperparameter> Hyperparameters { get; }

    /// <summary>What is kept from step to step with the defaults; see <see cref="OptimizerConfiguration.State"/>.</summary>
    public IReadOnlyList<StateVector> State => Create().State;

    /// <summary>The hyperparameter of that name.</summary>
    /// <param name="name">Its name in kebab case.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Hyperparameter this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return Hyperparameters.FirstOrDefault(hyperparameter => hyperparameter.Name == name) ?? throw new ArgumentException(
                $"{Name} has no '{name}'; expected, nearest first, {NearestNames.List(name, [.. Hyperparameters.Select(h => h.Name)])}.",
                nameof(name));
        }
    }

    /// <summary>The optimizer with its defaults, to be configured and created.</summary>
    public OptimizerConfiguration Create() => _create(this);

    /// <summary>Describes a rule.</summary>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <param name="hyperparameters">Those that are set by name, beside the learning rate.</param>
    /// <param name="summary">What a step computes, in one sentence.</param>
    /// <exception cref="ArgumentException">Two hyperparameters share a name, or the summary is empty.</exception>
    public static OptimizerDescription Of<TRule>(Hyperparameter<TRule>[] hyperparameters, string summary)
        where TRule : struct, IOptimizerRule => Of(hyperparameters, summary, description => new RuleConfiguration<TRule>(description));

    /// <summary>Describes an optimizer of another kind, such as one that works on matrices.</summary>
    /// <typeparam name="TRule">Its hyperparameters.</typeparam>
    /// <param name="hyperparameters">Those that are set by name, beside the learning rate.</param>
    /// <param name="summary">What a step computes, in one sentence.</param>
    /// <param name="create">Makes the configuration with the defaults.</param>
    /// <inheritdoc cref="Of{TRule}(Hyperparameter{TRule}[], string)" path="/exception"/>
    public static OptimizerDescription Of<TRule>(
        Hyperparameter<TRule>[] hyperparameters, string summary, Func<OptimizerDescription, OptimizerConfiguration<TRule>> create)
        where TRule : struct, IHyperparameters
    {
        ArgumentNullException.ThrowIfNull(hyperparameters);
        ArgumentNullException.ThrowIfNull(create);
        Hyperparameter<TRule> rate = new(rule => rule.LearningRate, WithRate, Interval.NotNegative);
        return new(new TRule().Name, summary, [rate, .. hyperparameters], create);

        static TRule WithRate(TRule rule, double value)
        {
            rule.LearningRate = value;
            return rule;
        }
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
