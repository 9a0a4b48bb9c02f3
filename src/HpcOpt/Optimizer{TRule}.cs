using System.Numerics;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>An optimizer whose rule is known to the compiler: <see cref="Optimizer{T}.Create{TRule}"/> makes it.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TRule">The rule.</typeparam>
public sealed unsafe class Optimizer<T, TRule> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IOptimizerRule
{
    private readonly StateVector[] _layout;
    private TRule _rule;

    internal Optimizer(nint length, TRule rule, Execution? execution)
        : base(rule.Name, length, Layout(rule), execution) => (_rule, _layout) = (rule, rule.State);

    /// <summary>The hyperparameters; they may change between steps as long as they need the same state vectors.</summary>
    /// <exception cref="ArgumentException">The new hyperparameters need other state vectors, or are <c>default</c>.</exception>
    public TRule Rule
    {
        get => _rule;
        set => _rule = Layout(value).Select(v => v.Name).SequenceEqual(_layout.Select(v => v.Name), StringComparer.Ordinal)
            ? value
            : throw new ArgumentException($"{value} needs other state than {_rule}; create a new optimizer.", nameof(value));
    }

    /// <inheritdoc/>
    public override double LearningRate
    {
        get => _rule.LearningRate;
        set => _rule.LearningRate = value;
    }

    private protected override void Sweep(long t, double scale, Vectors<T>* vectors) =>
        Execution.Sweep(new RuleStep(_rule, t, scale), vectors);

    private static StateVector[] Layout(TRule rule) =>
        EqualityComparer<TRule>.Default.Equals(rule, default)
            ? throw new ArgumentException($"default({typeof(TRule).Name}) holds no hyperparameters; write new {typeof(TRule).Name}().", nameof(rule))
            : rule.State;

    private readonly struct RuleStep(TRule rule, long t, double scale) : IStep
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V>
        {
            if (scale == 1)
            {
                rule.Step<V, TSweep>(t, sweep);
            }
            else
            {
                rule.Step<V, Scaled<V, TSweep>>(t, new(sweep, scale));
            }
        }
    }
}
