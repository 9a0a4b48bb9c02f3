using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Xml.Linq;

namespace HpcOpt.Tests;

/// <summary>
/// What holds for the catalogue of an assembly: it says of each rule what its properties do. Reflection looks from the other side.
/// </summary>
public abstract class CatalogueLaw(OptimizerCatalogue catalogue, Type kind)
{
    private static readonly Dictionary<Type, HyperparameterKind> Kinds = new()
    {
        [typeof(double)] = HyperparameterKind.Number,
        [typeof(int)] = HyperparameterKind.Whole,
        [typeof(bool)] = HyperparameterKind.Switch,
    };

    private static readonly double[] Extremes =
        [double.MinValue, double.MaxValue, double.NegativeInfinity, double.PositiveInfinity, double.NaN];

    private Type[] Rules { get; } = [.. kind.Assembly.GetExportedTypes().Where(type => type.IsValueType && type.IsAssignableTo(kind))];

    [Fact]
    public void It_has_every_rule_of_the_assembly_and_no_other() =>
        Assert.Equal(Rules.Select(type => New(type).Name).Order(StringComparer.Ordinal), catalogue.Names);

    [Fact]
    public void Every_property_is_described_by_its_name_kind_and_default()
    {
        foreach ((Type type, OptimizerDescription rule) in Each())
        {
            PropertyInfo[] properties = Settable(type);
            Assert.Equal("learning-rate", rule.Hyperparameters[0].Name);
            Assert.Equal(properties.Select(Name).Order(), rule.Hyperparameters.Select(hyperparameter => hyperparameter.Name).Order());
            foreach (PropertyInfo property in properties)
            {
                Hyperparameter hyperparameter = rule[Name(property)];
                Assert.Equal(Kinds[property.PropertyType], hyperparameter.Kind);
                Assert.Equal(Convert.ToDouble(property.GetValue(New(type)), CultureInfo.InvariantCulture), hyperparameter.Default);
            }
        }
    }

    [Fact]
    public void Every_range_is_what_the_setter_accepts_at_its_ends_and_just_outside()
    {
        foreach ((Type type, OptimizerDescription rule) in Each())
        {
            foreach (PropertyInfo property in Settable(type).Where(property => property.PropertyType != typeof(bool)))
            {
                Interval range = rule[Name(property)].Range;
                bool isWhole = property.PropertyType == typeof(int);
                double[] probes = isWhole
                    ? [range.Lower - 1, range.Lower, range.Lower + 1, range.Upper - 1, range.Upper, range.Upper + 1]
                    : [.. Around(range.Lower), .. Around(range.Upper), .. Extremes];
                foreach (double probe in probes.Where(probe => !isWhole || probe is >= int.MinValue and <= int.MaxValue))
                {
                    bool accepts = Accepts(property, New(type), probe);
                    Assert.True(
                        accepts == range.Contains(probe), $"{rule} says {property.Name} is in {range}; its setter disagrees at {probe}.");
                }
            }
        }

        static double[] Around(double end) => double.IsFinite(end) ? [double.BitDecrement(end), end, double.BitIncrement(end)] : [];
    }

    [Fact]
    public void What_is_set_by_name_is_that_property_and_read_back_as_number_and_as_text()
    {
        foreach ((Type type, OptimizerDescription rule) in Each())
        {
            foreach (PropertyInfo property in Settable(type))
            {
                string name = Name(property);
                double value = Other(rule[name]);
                OptimizerConfiguration byNumber = rule.Create(), byText = rule.Create();
                byNumber.Set(name, value);
                byText.Set(name, rule[name].Format(value));
                IHyperparameters expected = New(type);
                property.SetValue(expected, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
                Assert.Equal(expected, Typed(byNumber));
                Assert.Equal(expected, Typed(byText));
                Assert.Equal(value, byNumber.Get(name));
                Assert.All(
                    rule.Hyperparameters.Where(other => other.Name != name),
                    other => Assert.Equal(other.Default, byNumber.Get(other.Name)));
            }
        }
    }

    [Fact]
    public void What_is_refused_changes_nothing_and_names_value_and_range()
    {
        foreach ((Type type, OptimizerDescription rule) in Each())
        {
            OptimizerConfiguration configuration = rule.Create();
            foreach (Hyperparameter hyperparameter in rule.Hyperparameters)
            {
                (string name, Interval range) = (hyperparameter.Name, hyperparameter.Range);
                string prefix = $"{rule.Name}: {name} is ";
                string expected = $"expected {hyperparameter.Values}.";
                string outside = hyperparameter.Kind == HyperparameterKind.Switch ? expected : $" must be {range.Words}.";
                foreach (double value in (double[])[range.Lower - 1, range.Upper + 1, double.PositiveInfinity])
                {
                    string message = Refused(() => configuration.Set(name, value));
                    Assert.StartsWith(FormattableString.Invariant($"{prefix}'{value}'; "), message, StringComparison.Ordinal);
                    Assert.Contains(outside, message, StringComparison.Ordinal);
                }

                Assert.StartsWith($"{prefix}'NaN'; ", Refused(() => configuration.Set(name, double.NaN)), StringComparison.Ordinal);
                Assert.StartsWith($"{prefix}'x'; {expected}", Refused(() => configuration.Set(name, "x")), StringComparison.Ordinal);
                if (hyperparameter.Kind != HyperparameterKind.Number)
                    Assert.StartsWith($"{prefix}'0.5'; {expected}", Refused(() => configuration.Set(name, 0.5)), StringComparison.Ordinal);
                if (hyperparameter.Kind != HyperparameterKind.Switch)
                    Assert.StartsWith(
                        $"{prefix}'true'; {expected}", Refused(() => configuration.Set(name, true)), StringComparison.Ordinal);
            }

            string unknown = $"{rule.Name} has no 'learning-rat'; expected, nearest first, 'learning-rate'";
            Assert.StartsWith(unknown, Refused(() => configuration.Set("learning-rat", 1)), StringComparison.Ordinal);
            Assert.Equal(New(type), Typed(configuration));
        }

        static string Refused(Action set) => Assert.ThrowsAny<ArgumentException>(set).Message;
    }

    [Fact]
    public void The_summary_begins_that_of_the_rule()
    {
        var members = XDocument.Load(Path.ChangeExtension(kind.Assembly.Location, ".xml"))
            .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
        foreach ((Type type, OptimizerDescription rule) in Each())
        {
            XElement summary = members[$"T:{type.FullName}"].Element("summary")!;
            foreach (XElement reference in summary.Elements("see").ToArray())
                reference.ReplaceWith(reference.Attribute("cref")!.Value.Split('.', ':')[^1]);
            string[] words = summary.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            Assert.StartsWith(rule.Summary, string.Join(' ', words), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_nearest() =>
        Assert.StartsWith(
            $"There is no optimizer '{catalogue.Names.First()}x'; expected, nearest first, '{catalogue.Names.First()}'",
            Assert.Throws<ArgumentException>(() => catalogue[$"{catalogue.Names.First()}x"]).Message,
            StringComparison.Ordinal);

    /// <summary>The configuration of that name whose properties are those of the rule, each set by its name.</summary>
    internal static OptimizerConfiguration Like(OptimizerCatalogue catalogue, IHyperparameters rule)
    {
        OptimizerConfiguration configuration = catalogue[rule.Name].Create();
        foreach (PropertyInfo property in Settable(rule.GetType()))
            configuration.Set(Name(property), Convert.ToDouble(property.GetValue(rule), CultureInfo.InvariantCulture));
        return configuration;
    }

    private IEnumerable<(Type Type, OptimizerDescription Rule)> Each() => Rules.Select(type => (type, catalogue[New(type).Name]));

    private static PropertyInfo[] Settable(Type type) =>
        [.. type.GetProperties().Where(property => property.CanWrite && Kinds.ContainsKey(property.PropertyType))];

    private static string Name(PropertyInfo property) => JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name);

    private static IHyperparameters New(Type type) => (IHyperparameters)Activator.CreateInstance(type)!;

    private static object Typed(OptimizerConfiguration configuration) =>
        configuration.GetType().GetProperty("Rule")!.GetValue(configuration)!;

    // In the range, and not the default.
    private static double Other(Hyperparameter hyperparameter) => hyperparameter.Kind switch
    {
        HyperparameterKind.Switch => 1 - hyperparameter.Default,
        HyperparameterKind.Whole => hyperparameter.Default + 1,
        _ => hyperparameter.Default == 0.123 ? 0.321 : 0.123,
    };

    private static bool Accepts(PropertyInfo property, object rule, double value)
    {
        try
        {
            object number = Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture);
            property.SetValue(rule, number, BindingFlags.DoNotWrapExceptions, binder: null, index: null, culture: null);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
