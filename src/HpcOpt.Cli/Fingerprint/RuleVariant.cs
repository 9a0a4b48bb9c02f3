namespace HpcOpt.Cli.Fingerprint;

/// <summary>A rule with some hyperparameters set, for example <c>rmsprop+centered+momentum</c>.</summary>
internal sealed record RuleVariant(string Name, ConfiguredRule Rule)
{
    // In the range of every hyperparameter so far; a switch is turned on instead.
    private const string Half = "0.5";

    /// <summary>Each rule with its defaults, and with every combination of the hyperparameters that give it other state.</summary>
    public static IEnumerable<RuleVariant> All => OptimizerCatalog.Sweeps.Values.SelectMany(Of);

    private static IEnumerable<RuleVariant> Of(RuleType type)
    {
        StateVector[] plain = type.Create().State;
        string[] options = [.. type.Hyperparameters.Keys.Where(name => !With(type, [name]).State.SequenceEqual(plain)).Order(StringComparer.Ordinal)];
        for (int subset = 0; subset < 1 << options.Length; subset++)
        {
            string[] chosen = [.. options.Where((_, i) => (subset >> i & 1) != 0)];
            yield return new(string.Join('+', [type.Name, .. chosen]), With(type, chosen));
        }
    }

    private static ConfiguredRule With(RuleType type, string[] hyperparameters)
    {
        ConfiguredRule rule = type.Create();
        foreach (string name in hyperparameters)
        {
            rule.Set(name, type.Hyperparameters[name].PropertyType == typeof(bool) ? bool.TrueString : Half);
        }

        return rule;
    }
}
