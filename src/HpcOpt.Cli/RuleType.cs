using System.Reflection;
using System.Text.Json;

namespace HpcOpt.Cli;

/// <summary>An optimizer whose type is known at run time only; its hyperparameters go by their names in kebab case, such as <c>weight-decay</c>.</summary>
internal sealed class RuleType
{
    private readonly Dictionary<string, PropertyInfo> _hyperparameters;

    public RuleType(Type type)
    {
        Type = type;
        Name = ((IHyperparameters)Activator.CreateInstance(type)!).Name;
        _hyperparameters = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && (property.PropertyType == typeof(double) || property.PropertyType == typeof(int)
                || property.PropertyType == typeof(bool)))
            .ToDictionary(property => JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name), StringComparer.Ordinal);
    }

    public Type Type { get; }

    public string Name { get; }

    /// <summary>Whether a step is one sweep over the parameters; otherwise it works on matrices.</summary>
    public bool IsSweep => Type.IsAssignableTo(typeof(IOptimizerRule));

    public IReadOnlyDictionary<string, PropertyInfo> Hyperparameters => _hyperparameters;

    /// <summary>The rule with its own defaults.</summary>
    public ConfiguredRule Create() => new(this);
}
