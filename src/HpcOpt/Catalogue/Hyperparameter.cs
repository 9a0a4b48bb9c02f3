using System.Globalization;
using System.Text;

namespace HpcOpt;

/// <summary>The values that a hyperparameter takes. By name all are numbers: a switch is 1 where it is on and 0 where it is off.</summary>
public enum HyperparameterKind
{
    /// <summary>A real number: a <see cref="double"/>.</summary>
    Number,

    /// <summary>A whole number: an <see cref="int"/>.</summary>
    Whole,

    /// <summary>On or off: a <see cref="bool"/>.</summary>
    Switch,
}

/// <summary>A hyperparameter of an optimizer: how it is called, what it may be, and what it is unless it is set.</summary>
public abstract class Hyperparameter
{
    private protected Hyperparameter(string property, HyperparameterKind kind, Interval range)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(property);
        ArgumentNullException.ThrowIfNull(range);

        // Of a lambda such as r => r.WeightDecay, what it reads.
        Property = property.Split('.')[^1];
        Name = Kebab(Property);
        Kind = kind;
        Range = range;
    }

    /// <summary>The property in kebab case: <c>weight-decay</c>.</summary>
    public string Name { get; }

    /// <summary>What values it takes.</summary>
    public HyperparameterKind Kind { get; }

    /// <summary>What it may be; of a switch 0 and 1.</summary>
    public Interval Range { get; }

    /// <summary>What it is unless it is set.</summary>
    public abstract double Default { get; }

    /// <summary>In words, after "expected": <c>a number in [0, 1)</c>, <c>a whole number from 1 to 100</c>, <c>true or false</c>.</summary>
    public string Values => Kind switch
    {
        HyperparameterKind.Switch => "true or false",
        HyperparameterKind.Whole => string.Create(CultureInfo.InvariantCulture, $"a whole number from {Range.Lower} to {Range.Upper}"),
        _ => $"a number in {Range}",
    };

    /// <summary>The name of the property, as errors of its setter have it.</summary>
    internal string Property { get; }

    /// <summary>A value as text: <c>0.9</c>, <c>true</c>.</summary>
    /// <param name="value">One that it may be.</param>
    public string Format(double value) =>
        Kind != HyperparameterKind.Switch ? value.ToString(CultureInfo.InvariantCulture) : value != 0 ? "true" : "false";

    /// <summary>Whether a number is of the kind: whole where it must be.</summary>
    internal bool IsOfKind(double value) =>
        Kind == HyperparameterKind.Number || (value == Math.Truncate(value) && (Kind == HyperparameterKind.Whole || Range.Contains(value)));

    /// <summary>Reads a value of the kind, which may still be out of range.</summary>
    internal bool TryParse(string text, out double value)
    {
        value = 0;
        switch (Kind)
        {
            case HyperparameterKind.Switch when bool.TryParse(text, out bool on):
                value = on ? 1 : 0;
                return true;
            case HyperparameterKind.Whole
                when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole):
                value = whole;
                return true;
            case HyperparameterKind.Number:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
            default:
                return false;
        }
    }

    private static string Kebab(string property)
    {
        var kebab = new StringBuilder();
        foreach (char c in property)
        {
            kebab.Append(char.IsUpper(c) && kebab.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(c));
        }

        return kebab.ToString();
    }
}
