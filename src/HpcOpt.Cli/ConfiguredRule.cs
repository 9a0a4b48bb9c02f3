using System.Globalization;
using System.Numerics;
using System.Reflection;

namespace HpcOpt.Cli;

/// <summary>A rule of a <see cref="RuleType"/> with its hyperparameters.</summary>
internal sealed class ConfiguredRule(RuleType type)
{
    private readonly IOptimizerRule _rule = (IOptimizerRule)Activator.CreateInstance(type.Type)!;

    public string Name => type.Name;

    public double LearningRate => _rule.LearningRate;

    public StateVector[] State => _rule.State;

    /// <summary>All hyperparameters with their values, numbers and switches.</summary>
    public IReadOnlyDictionary<string, object> Hyperparameters =>
        new OrderedDictionary<string, object>(type.Hyperparameters.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.GetValue(_rule)!)), StringComparer.Ordinal);

    public void Set(string hyperparameter, double value) => Assign(hyperparameter, value, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets a hyperparameter by its name.</summary>
    /// <exception cref="CliException">There is none of that name, or the value is not one of its values.</exception>
    public void Set(string hyperparameter, string value)
    {
        bool isSwitch = Find(hyperparameter).PropertyType == typeof(bool);
        object? parsed = isSwitch
            ? bool.TryParse(value, out bool on) ? on : null
            : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
        Assign(hyperparameter, parsed ?? throw Invalid(hyperparameter, value, $"expected {(isSwitch ? "true or false" : "a number")}."), value);
    }

    /// <summary>An optimizer for <paramref name="length"/> parameters.</summary>
    public Optimizer<T> CreateOptimizer<T>(nint length, Execution execution, Storage? storage = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (Optimizer<T>)typeof(ConfiguredRule).GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(typeof(T), type.Type)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [length, _rule, execution, storage], culture: null)!;

    private static Optimizer<T> Create<T, TRule>(nint length, TRule rule, Execution execution, Storage? storage)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IOptimizerRule => Optimizer<T>.Create(length, rule, execution, storage);

    private void Assign(string hyperparameter, object value, string text)
    {
        try
        {
            Find(hyperparameter).SetValue(_rule, value, BindingFlags.DoNotWrapExceptions, binder: null, index: null, culture: null);
        }
        catch (ArgumentException e)
        {
            throw Invalid(hyperparameter, text, CliException.Sentence(e), e);
        }
    }

    private PropertyInfo Find(string hyperparameter) =>
        type.Hyperparameters.TryGetValue(hyperparameter, out PropertyInfo? property) ? property : throw new CliException(
            ExitCode.Usage, $"{Name} has no '{hyperparameter}'; expected, nearest first, {NearestNames.List(hyperparameter, [.. type.Hyperparameters.Keys])}.");

    private CliException Invalid(string hyperparameter, string value, string expected, Exception? inner = null) =>
        new(ExitCode.Usage, $"{Name}: {hyperparameter} is '{value}'; {expected}", inner);
}
