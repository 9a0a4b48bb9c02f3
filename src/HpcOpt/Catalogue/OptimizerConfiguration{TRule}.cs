namespace HpcOpt;

/// <summary>A configuration whose hyperparameters have a type: for those who describe an optimizer of a kind of their own.</summary>
/// <typeparam name="TRule">The hyperparameters.</typeparam>
public abstract class OptimizerConfiguration<TRule> : OptimizerConfiguration
    where TRule : struct, IHyperparameters
{
    private TRule _rule = new();

    /// <summary>The optimizer with its defaults.</summary>
    /// <param name="description">What is configured.</param>
    protected OptimizerConfiguration(OptimizerDescription description)
        : base(description)
    {
    }

    /// <summary>The hyperparameters.</summary>
    public TRule Rule
    {
        get => _rule;
        set => _rule = value;
    }

    /// <inheritdoc/>
    public sealed override double LearningRate
    {
        get => _rule.LearningRate;
        set => _rule.LearningRate = value;
    }

    private protected sealed override double Read(Hyperparameter hyperparameter) => ((Hyperparameter<TRule>)hyperparameter).Get(_rule);

    private protected sealed override void Write(Hyperparameter hyperparameter, double value) =>
        _rule = ((Hyperparameter<TRule>)hyperparameter).Set(_rule, value);
}

/// <summary>A rule whose step is one pass over the parameters.</summary>
internal sealed class RuleConfiguration<TRule>(OptimizerDescription description) : OptimizerConfiguration<TRule>(description)
    where TRule : struct, IOptimizerRule
{
    public override IReadOnlyList<StateVector> State => Rule.State;

    public override Optimizer<T> CreateOptimizer<T>(nint length, Execution? execution = null, Storage? storage = null) =>
        Optimizer<T>.Create(length, Rule, execution, storage);

    public override Optimizer<T> CreateOptimizer<T>(ParameterLayout layout, Execution? execution = null, Storage? storage = null) =>
        Optimizer<T>.Create(layout, Rule, groups: null, execution, storage);
}
