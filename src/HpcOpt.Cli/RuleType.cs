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
        Name = ((IOptimizerRule)Activator.CreateInstance(type)!).Name;
        _hyperparameters = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && (property.PropertyType == typeof(double) || property.PropertyType == typeof(bool)))
            .ToDictionary(property => JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name), StringComparer.Ordinal);
    }

    public Type Type { get; }

    public string Name { get; }

    public IReadOnlyDictionary<string, PropertyInfo> Hyperparameters => _hyperparameters;

    /// <summary>The rule with its own defaults.</summary>
    public ConfiguredRule Create() => new(this);
}
