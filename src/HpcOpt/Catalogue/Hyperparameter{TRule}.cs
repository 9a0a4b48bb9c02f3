using System.Runtime.CompilerServices;

namespace HpcOpt;

/// <summary>A hyperparameter of a rule and how it is read and set: an entry of the small table that stands in the rule's file.</summary>
/// <example>
/// <code>
/// new Hyperparameter&lt;Adam&gt;(r => r.Beta1, (r, v) => r with { Beta1 = v }, Interval.Fraction)
/// </code>
/// </example>
/// <typeparam name="TRule">The rule.</typeparam>
public sealed class Hyperparameter<TRule> : Hyperparameter
    where TRule : struct, IHyperparameters
{
    private readonly Func<TRule, double> _get;
    private readonly Func<TRule, double, TRule> _set;

    /// <summary>A number.</summary>
    /// <param name="get">Reads the property.</param>
    /// <param name="set">The rule with the property set.</param>
    /// <param name="range">What the property's setter accepts.</param>
    /// <param name="property">The property; none means what <paramref name="get"/> reads.</param>
    public Hyperparameter(
        Func<TRule, double> get,
        Func<TRule, double, TRule> set,
        Interval range,
        [CallerArgumentExpression(nameof(get))] string property = "")
        : base(property, HyperparameterKind.Number, range) => (_get, _set) = (get, set);

    /// <summary>A whole number.</summary>
    /// <inheritdoc cref="Hyperparameter{TRule}(Func{TRule, double}, Func{TRule, double, TRule}, Interval, string)" path="/param"/>
    public Hyperparameter(
        Func<TRule, int> get,
        Func<TRule, int, TRule> set,
        Interval range,
        [CallerArgumentExpression(nameof(get))] string property = "")
        : base(property, HyperparameterKind.Whole, range) =>
        (_get, _set) = (rule => get(rule), (rule, value) => set(rule, (int)value));

    /// <summary>A switch.</summary>
    /// <inheritdoc cref="Hyperparameter{TRule}(Func{TRule, double}, Func{TRule, double, TRule}, Interval, string)" path="/param"/>
    public Hyperparameter(Func<TRule, bool> get, Func<TRule, bool, TRule> set, [CallerArgumentExpression(nameof(get))] string property = "")
        : base(property, HyperparameterKind.Switch, Interval.Share) =>
        (_get, _set) = (rule => get(rule) ? 1 : 0, (rule, value) => set(rule, value != 0));

    /// <inheritdoc/>
    public override double Default => Get(new TRule());

    internal double Get(TRule rule) => _get(rule);

    internal TRule Set(TRule rule, double value) => _set(rule, value);
}
