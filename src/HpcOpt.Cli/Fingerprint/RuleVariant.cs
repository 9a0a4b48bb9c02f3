namespace HpcOpt.Cli.Fingerprint;

/// <summary>A rule with some hyperparameters set, for example <c>rmsprop+centered+momentum</c>.</summary>
internal sealed record RuleVariant(string Name, OptimizerConfiguration Rule)
{
    // In the range of every number so far; a switch is turned on instead.
    private const double Half = 0.5;

    /// <summary>Each rule with its defaults, and with every combination of the hyperparameters that give it other state.</summary>
    public static IEnumerable<RuleVariant> All => KnownOptimizers.Sweeps.Optimizers.SelectMany(Of);

    private static IEnumerable<RuleVariant> Of(OptimizerDescription rule)
    {
        Hyperparameter[] options =
        [
            .. rule.Hyperparameters.Where(option => !With(rule, [option]).State.SequenceEqual(rule.State))
                .OrderBy(option => option.Name, StringComparer.Ordinal),
        ];
        for (int subset = 0; subset < 1 << options.Length; subset++)
        {
            Hyperparameter[] chosen = [.. options.Where((_, i) => (subset >> i & 1) != 0)];
            yield return new(string.Join('+', [rule.Name, .. chosen.Select(option => option.Name)]), With(rule, chosen));
        }
    }

    private static OptimizerConfiguration With(OptimizerDescription rule, Hyperparameter[] options)
    {
        OptimizerConfiguration configured = rule.Create();
        foreach (Hyperparameter option in options)
        {
            configured.Set(option.Name, option.Kind == HyperparameterKind.Switch ? 1 : Half);
        }

        return configured;
    }
}
