using System.Numerics;
using System.Text.Json;

namespace HpcOpt.Tests.Laws;

/// <summary>Parameters after 1, 2, 3, 7, 40 steps, by PyTorch, an optimizer's authors or its paper's formulas (Data/README.md).</summary>
internal static class Trajectories
{
    private static readonly JsonElement File = Read("trajectories.json");

    public static double[] Start { get; } = Numbers(File.GetProperty("theta0"));

    public static double[][] Gradients { get; } = [.. File.GetProperty("gradients").EnumerateArray().Select(Numbers)];

    /// <summary>Name with options, as PyTorch's users write them, to the parameters after so many steps.</summary>
    public static IReadOnlyDictionary<string, RecordedRun> Runs { get; } = new[] { File, Read("trajectories-more.json") }
        .SelectMany(file => file.GetProperty("runs").EnumerateArray())
        .ToDictionary(
            run => string.Join(' ', run.GetProperty("options").EnumerateObject().Select(option => $"{option.Name}={option.Value}").Prepend(
                run.GetProperty("optimizer").GetString())),
            run => new RecordedRun(
                BySteps(run.GetProperty("theta")), run.TryGetProperty("average", out JsonElement average) ? BySteps(average) : null));

    /// <summary>The rule's parameters after each step with the file's gradients, and its evaluation points.</summary>
    public static (double[] Theta, double[] Average)[] Run<T>(RuleCase rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] parameters = [.. Start.Select(T.CreateTruncating)];
        T[] average = new T[parameters.Length];
        using Optimizer<T> optimizer = rule.Create<T>(parameters.Length, Execution.Default);
        var path = new (double[], double[])[Gradients.Length];
        double rate = optimizer.LearningRate;
        for (int t = 0; t < path.Length; t++)
        {
            optimizer.LearningRate = rule.Name.EndsWith("+warmup") ? rate * Math.Min(1, (t + 1) / 10.0) : rate;
            optimizer.Step(parameters, Gradients[t].Select(T.CreateTruncating).ToArray());
            optimizer.WriteEvaluationPoint(parameters, average);
            path[t] = ([.. parameters.Select(double.CreateTruncating)], [.. average.Select(double.CreateTruncating)]);
        }

        return path;
    }

    private static Dictionary<int, double[]> BySteps(JsonElement steps) =>
        steps.EnumerateObject().ToDictionary(step => int.Parse(step.Name), step => Numbers(step.Value));

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static JsonElement Read(string name)
    {
        using Stream stream = typeof(Trajectories).Assembly.GetManifestResourceStream(name)!;
        return JsonDocument.Parse(stream).RootElement;
    }
}

/// <summary>θ, and where there is one the averaged point, after so many steps.</summary>
internal sealed record RecordedRun(Dictionary<int, double[]> Theta, Dictionary<int, double[]>? Average);
