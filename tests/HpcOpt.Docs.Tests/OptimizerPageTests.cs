using System.Globalization;
using System.Text.RegularExpressions;
using HpcOpt.Blas;

namespace HpcOpt.Docs.Tests;

/// <summary>The page of the optimizers names each of them, with the defaults and the state that it has.</summary>
public partial class OptimizerPageTests
{
    private static readonly Dictionary<string, string> Sections = Regex
        .Split(string.Join('\n', Document.Of("docs/optimizers.md").Lines), "^## ", RegexOptions.Multiline, TimeSpan.FromSeconds(1))
        .Select(section => (Heading: Heading().Match(section), Text: section)).Where(section => section.Heading.Success)
        .ToDictionary(section => section.Heading.Value, section => section.Text.ReplaceLineEndings(" "), StringComparer.Ordinal);

    private static readonly Type[] Rules =
    [
        .. new[] { typeof(IOptimizerRule).Assembly, typeof(IMatrixRule).Assembly }.SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.IsValueType && type.IsAssignableTo(typeof(IHyperparameters))),
    ];

    public static TheoryData<string> Names => [.. Rules.Select(rule => rule.Name)];

    [Fact]
    public void Each_optimizer_has_a_section() => Assert.Equal(Rules.Select(HeadingOf).Order(), Sections.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_section_gives_every_hyperparameter_with_its_default(string name)
    {
        (Type type, IHyperparameters rule) = Find(name);
        IEnumerable<string> expected = type.GetProperties().Where(property => property.CanWrite)
            .Select(property => $"{property.Name} {Text(property.GetValue(rule))}");
        IEnumerable<string> shown = Default().Matches(Line(type, "Defaults"))
            .Select(match => $"{match.Groups["name"]} {match.Groups["value"]}");
        Assert.Equal(expected.Order(), shown.Select(Canonical).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_section_names_the_state(string name)
    {
        (Type type, IHyperparameters rule) = Find(name);
        if (rule is IOptimizerRule elementwise)
        {
            string state = string.Join(", ", elementwise.State.Select(vector => vector.Name));
            Assert.Equal(state.Length > 0 ? state : "none", Line(type, "State").Split(';')[0].Trim());
        }
    }

    private static (Type Type, IHyperparameters Rule) Find(string name)
    {
        Type type = Rules.Single(rule => rule.Name == name);
        return (type, (IHyperparameters)Activator.CreateInstance(type)!);
    }

    private static string HeadingOf(Type type) => $"{type.Name} (`{Find(type.Name).Rule.Name}`)";

    // "- Defaults: …" up to the next point of the list.
    private static string Line(Type type, string title) => Sections[HeadingOf(type)].Split($"- {title}: ")[1].Split(" - ")[0];

    private static string Text(object? value) => value switch
    {
        bool isOn => isOn ? "true" : "false",
        IEnumerable<string> names => names.Any() ? string.Join(' ', names) : "none",
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
    };

    // The page may write 1e-8 where the run-time writes 1E-08.
    private static string Canonical(string shown)
    {
        string[] words = shown.Split(' ');
        return double.TryParse(words[1], CultureInfo.InvariantCulture, out double value) ? $"{words[0]} {Text(value)}" : shown;
    }

    [GeneratedRegex(@"\A\w+ \(`[a-z-]+`\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"`(?<name>\w+)`\s+(?<value>[^,\s]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Default();
}
