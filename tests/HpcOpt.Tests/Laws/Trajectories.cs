using System.Numerics;
using System.Text.Json;

namespace HpcOpt.Tests.Laws;

/// <summary>trajectories.json: parameters after 1, 2, 3, 7 and 40 steps, computed by PyTorch and by the papers' formulas.</summary>
internal static class Trajectories
{
    private static readonly JsonDocument File = Read();

    public static double[] Start { get; } = Numbers(File.RootElement.GetProperty("theta0"));

    public static double[][] Gradients { get; } = [.. File.RootElement.GetProperty("gradients").EnumerateArray().Select(Numbers)];

    /// <summary>Name with options, as PyTorch's users write them, to the parameters after so many steps.</summary>
    public static IReadOnlyDictionary<string, Dictionary<int, double[]>> Runs { get; } = File.RootElement.GetProperty("runs").EnumerateArray().ToDictionary(
        run => string.Join(' ', run.GetProperty("options").EnumerateObject().Select(option => $"{option.Name}={option.Value}").Prepend(run.GetProperty("optimizer").GetString())),
        run => run.GetProperty("theta").EnumerateObject().ToDictionary(step => int.Parse(step.Name), step => Numbers(step.Value)));

    /// <summary>The rule's parameters after each step with the file's gradients.</summary>
    public static double[][] Run<T>(RuleCase rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] parameters = [.. Start.Select(T.CreateTruncating)];
        using Optimizer<T> optimizer = rule.Create<T>(parameters.Length, Execution.Default);
        var path = new double[Gradients.Length][];
        for (int t = 0; t < path.Length; t++)
        {
            optimizer.Step(parameters, [.. Gradients[t].Select(T.CreateTruncating)]);
            path[t] = [.. parameters.Select(double.CreateTruncating)];
        }

        return path;
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static JsonDocument Read()
    {
        using Stream stream = typeof(Trajectories).Assembly.GetManifestResourceStream("trajectories.json")!;
        return JsonDocument.Parse(stream);
    }
}
