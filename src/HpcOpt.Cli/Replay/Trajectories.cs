using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HpcOpt.Cli.Replay;

/// <summary>A file of recorded runs: θ before the first step, the gradients of all steps, and for each run θ after some of them.</summary>
internal sealed record Trajectories(
    [property: JsonRequired] double[] Theta0, [property: JsonRequired] double[][] Gradients, [property: JsonRequired] RecordedRun[] Runs)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNameCaseInsensitive = true, RespectNullableAnnotations = true };

    /// <exception cref="CliException">The file cannot be read, is not of this form, or its lengths do not match.</exception>
    public static Trajectories Read(string path)
    {
        Trajectories file;
        try
        {
            using FileStream stream = File.OpenRead(path);
            file = JsonSerializer.Deserialize<Trajectories>(stream, Format) ?? throw new JsonException("it holds null.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.BadInput, $"{path}: cannot be read: {e.Message.TrimEnd('.')}; give a file of recorded runs.", e);
        }
        catch (JsonException e)
        {
            throw Invalid(path, e.Message.ReplaceLineEndings(" "),
                "JSON with theta0, gradients and runs, each with optimizer, options and theta by step", e);
        }

        file.Check(path);
        return file;
    }

    /// <summary>θ, and the averaged point if there is one, after the recorded steps, in their order.</summary>
    public static IEnumerable<(int Step, double[] Theta, double[]? Average)> Recorded(RecordedRun run) =>
        run.Theta.Select(theta => (Step: int.Parse(theta.Key, CultureInfo.InvariantCulture), theta.Value, run.Average?[theta.Key]))
            .OrderBy(theta => theta.Step);

    private void Check(string path)
    {
        if (Theta0.Length == 0 || Runs.Length == 0)
        {
            throw Invalid(path, $"theta0 has {Theta0.Length} values, and there are {Runs.Length} runs", "at least 1 of each");
        }

        if (Array.FindIndex(Gradients, gradient => gradient?.Length != Theta0.Length) is >= 0 and int bad)
        {
            throw Invalid(path, $"gradients[{bad}] has {Gradients[bad]?.Length ?? 0} values", $"{Theta0.Length} as in theta0");
        }

        for (int i = 0; i < Runs.Length; i++)
        {
            RecordedRun run = Runs[i] ?? throw Invalid(path, $"runs[{i}] is null", "a run");
            string name = $"runs[{i}] ({run.Optimizer})";
            if (run.Options.ValueKind != JsonValueKind.Object)
            {
                throw Invalid(path, $"{name}: options is {run.Options.GetRawText()}", "an object such as {\"lr\": 0.1}");
            }

            if (run.Theta.Count == 0)
            {
                throw Invalid(path, $"{name}: theta is empty", "parameters after at least one step");
            }

            if (run.Average is not null && !run.Average.Keys.Order(StringComparer.Ordinal)
                .SequenceEqual(run.Theta.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal))
            {
                throw Invalid(path, $"{name}: average has the steps {string.Join(", ", run.Average.Keys)}",
                    $"those of theta, {string.Join(", ", run.Theta.Keys)}");
            }

            CheckSteps(path, $"{name}: theta", run.Theta);
            CheckSteps(path, $"{name}: average", run.Average ?? []);
        }
    }

    private void CheckSteps(string path, string name, Dictionary<string, double[]> steps)
    {
        foreach ((string step, double[] theta) in steps)
        {
            if (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                || number < 1 || number > Gradients.Length)
            {
                throw Invalid(path, $"{name} has the step '{step}'", $"a step from 1 to {Gradients.Length}, the number of gradients");
            }

            if (theta?.Length != Theta0.Length)
            {
                throw Invalid(path, $"{name} after step {step} has {theta?.Length ?? 0} values", $"{Theta0.Length} as in theta0");
            }
        }
    }

    private static CliException Invalid(string path, string found, string expected, Exception? inner = null) =>
        new(ExitCode.BadInput, $"{path}: {found}; expected {expected}.", inner);
}

/// <summary>One recorded run: PyTorch's name and options; by the number of the step θ and, where there is one, the average.</summary>
internal sealed record RecordedRun(
    [property: JsonRequired] string Optimizer,
    [property: JsonRequired] JsonElement Options,
    [property: JsonRequired] Dictionary<string, double[]> Theta,
    string? Source = null,
    Dictionary<string, double[]>? Average = null)
{
    /// <summary>The option that lets the learning rate grow linearly over the first steps.</summary>
    public const string WarmupSteps = "warmup_steps";

    /// <summary>What the learning rate of step t, from 1, is multiplied with.</summary>
    public double RateFactor(long t) =>
        Options.TryGetProperty(WarmupSteps, out JsonElement steps)
            && steps.TryGetInt64(out long warmup) && t < warmup ? (double)t / warmup : 1;
}
