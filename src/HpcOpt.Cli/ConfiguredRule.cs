using System.Globalization;
using System.Numerics;
using System.Reflection;
using HpcOpt.Blas;
using HpcOpt.Cli.Commands;

namespace HpcOpt.Cli;

/// <summary>A rule of a <see cref="RuleType"/> with its hyperparameters.</summary>
internal sealed class ConfiguredRule(RuleType type)
{
    private readonly IHyperparameters _rule = (IHyperparameters)Activator.CreateInstance(type.Type)!;

    public string Name => type.Name;

    /// <summary>The most parameters for which a step is quick enough to wait for beside the others.</summary>
    public int MostInComparison => _rule is FullMatrixAdaGrad ? 256 : int.MaxValue;

    /// <inheritdoc cref="RuleType.IsSweep"/>
    public bool IsSweep => type.IsSweep;

    public double LearningRate => _rule.LearningRate;

    /// <summary>The state of a rule whose step is a sweep.</summary>
    public StateVector[] State => ((IOptimizerRule)_rule).State;

    /// <summary>All hyperparameters with their values, numbers and switches.</summary>
    public IReadOnlyDictionary<string, object> Hyperparameters =>
        new OrderedDictionary<string, object>(type.Hyperparameters.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.GetValue(_rule)!)), StringComparer.Ordinal);

    public void Set(string hyperparameter, double value) => Assign(hyperparameter, value, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets a hyperparameter by its name.</summary>
    /// <exception cref="CliException">There is none of that name, or the value is not one of its values.</exception>
    public void Set(string hyperparameter, string value)
    {
        Type kind = Find(hyperparameter).PropertyType;
        object? parsed = kind == typeof(bool) ? bool.TryParse(value, out bool on) ? on : null
            : kind == typeof(int) ? int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null
            : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
        string expected = kind == typeof(bool) ? "true or false" : kind == typeof(int) ? $"a whole number from 0 to {int.MaxValue}" : "a number";
        Assign(hyperparameter, parsed ?? throw Invalid(hyperparameter, value, $"expected {expected}."), value);
    }

    /// <summary>An optimizer for <paramref name="length"/> parameters; each segment of the layout is a layer, or a matrix, of its own. Without a layout θ is one vector.</summary>
    /// <exception cref="CliException">The optimizer is not made for so many parameters, or not for the storage.</exception>
    public Optimizer<T> CreateOptimizer<T>(nint length, ParameterLayout? layout, Execution execution, Storage? storage = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_rule is not IMatrixRule rule)
        {
            return layout is null ? CreateSweep<T>(length, execution, storage) : Call<T>(nameof(CreateForLayout), layout, execution, storage);
        }

        if (storage is { State: not StateFormat.Full })
        {
            throw new CliException(
                ExitCode.Usage, $"--state is {StorageOptions.Name(storage, "")} with --optimizer {Name}, whose matrices are kept in full; leave --state out, or take an optimizer that computes number by number.");
        }

        try
        {
            return rule.CreateOptimizer<T>(layout ?? ParameterLayout.Pack(("theta", [length])), new LinearAlgebra(provider: null, execution));
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, $"--optimizer is '{Name}': {CliException.Sentence(e)}", e);
        }
    }

    /// <summary>An optimizer whose step is a sweep, for <paramref name="length"/> parameters.</summary>
    public Optimizer<T> CreateSweep<T>(nint length, Execution execution, Storage? storage = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Call<T>(nameof(Create), length, execution, storage);

    private Optimizer<T> Call<T>(string method, object size, Execution execution, Storage? storage)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (Optimizer<T>)typeof(ConfiguredRule).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(typeof(T), type.Type)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [size, _rule, execution, storage], culture: null)!;

    private static Optimizer<T> Create<T, TRule>(nint length, TRule rule, Execution execution, Storage? storage)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IOptimizerRule => Optimizer<T>.Create(length, rule, execution, storage);

    private static Optimizer<T> CreateForLayout<T, TRule>(ParameterLayout layout, TRule rule, Execution execution, Storage? storage)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IOptimizerRule => Optimizer<T>.Create(layout, rule, execution: execution, storage: storage);

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
