using System.Text.Json;

namespace HpcOpt.Cli.Replay;

/// <summary>
/// The names of recorded runs, which are PyTorch's, in this library's: only what differs by more than case and hyphens stands here.
/// </summary>
internal static class TorchNames
{
    private static readonly Dictionary<string, (string Rule, (string Name, string Value)[] Settings)> Optimizers =
        new(StringComparer.Ordinal)
        {
            ["momentum_ema"] = ("momentum", []),
            ["adagrad_eps_inside"] = ("adagrad", [("epsilon-inside-root", "true")]),
            ["AdamWScheduleFree"] = ("schedule-free-adamw", []),
        };

    private static readonly Dictionary<string, string[]> Options = new(StringComparer.Ordinal)
    {
        ["lr"] = ["learning-rate"],
        ["lr_decay"] = ["learning-rate-decay"],
        ["eps"] = ["epsilon"],
        ["betas"] = ["beta1", "beta2"],
        ["alpha"] = ["decay"],
        ["delta"] = ["decay"],
        ["amsgrad"] = ["ams-grad"],
        ["initial_accumulator_value"] = ["initial-accumulator"],
        ["rho"] = ["decay"],
        ["etas"] = ["shrink", "grow"],
        ["step_sizes"] = ["smallest-step", "largest-step"],
        ["lambd"] = ["decay"],
        ["adan betas"] = ["beta1", "beta2", "beta3"],
        ["asgd alpha"] = ["power"],
        ["t0"] = ["average-from"],

        // How PyTorch computes; and a schedule, which the replay itself applies.
        ["foreach"] = [],
        [RecordedRun.WarmupSteps] = [],
    };

    /// <summary>The rule with the recorded options, or null if the library has no such optimizer.</summary>
    /// <exception cref="CliException">The optimizer has no such option, or not with such a value.</exception>
    public static OptimizerConfiguration? Find(RecordedRun run, string where)
    {
        (string name, (string, string)[] settings) = Optimizers.GetValueOrDefault(run.Optimizer, (Kebab(run.Optimizer), []));
        if (IsNAdamOfPyTorch113(run))
        {
            settings = [("repeat-momentum", "true")];
        }

        if (!KnownOptimizers.All.TryGet(name, out OptimizerDescription? type))
        {
            return null;
        }

        OptimizerConfiguration rule = type.Create();
        foreach ((string hyperparameter, string value) in settings.Concat(run.Options.EnumerateObject().SelectMany(Settings)))
        {
            try
            {
                rule.SetText(hyperparameter, value);
            }
            catch (CliException e)
            {
                throw new CliException(ExitCode.BadInput, $"{where}: {e.Message}", e);
            }
        }

        return rule;

        IEnumerable<(string, string)> Settings(JsonProperty option)
        {
            string[] names =
                Options.GetValueOrDefault($"{type.Name} {option.Name}") ?? Options.GetValueOrDefault(option.Name, [Kebab(option.Name)]);
            if (names.Length == 0)
            {
                return [];
            }

            JsonElement[] values = option.Value.ValueKind == JsonValueKind.Array ? [.. option.Value.EnumerateArray()] : [option.Value];
            if (names.Any(known => !type.Has(known)) || names.Length != values.Length)
            {
                throw new CliException(
                    ExitCode.BadInput, $"{where}: the option '{option.Name}': {option.Value.GetRawText()} is not one of {type.Name}'s; "
                    + $"expected {string.Join(", ", type.Names())}, or PyTorch's names for them.");
            }

            return names.Zip(values, (hyperparameter, value) => (hyperparameter, value.ToString()));
        }
    }

    // Its single-tensor path, the default of that version, computes another NAdam than its own foreach path and later versions.
    private static bool IsNAdamOfPyTorch113(RecordedRun run) =>
        run.Optimizer == "NAdam" && run.Source?.StartsWith("PyTorch 1.13", StringComparison.Ordinal) == true
        && !(run.Options.TryGetProperty("foreach", out JsonElement forEach) && forEach.ValueKind == JsonValueKind.True);

    private static string Kebab(string name) => name.Replace('_', '-').ToLowerInvariant();
}
