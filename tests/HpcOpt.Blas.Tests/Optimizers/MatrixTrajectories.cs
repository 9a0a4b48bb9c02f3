using System.Numerics;
using System.Text.Json;

namespace HpcOpt.Blas.Tests;

/// <summary>Parameters after 1, 2, 3, 7 and 12 steps, computed in NumPy; Data/README.md says how.</summary>
internal static class MatrixTrajectories
{
    private static readonly JsonElement File = Read();

    public static ParameterLayout Layout { get; } = ParameterLayout.Pack(
        [.. File.GetProperty("layout").EnumerateObject().Select(
            segment => (segment.Name, segment.Value.EnumerateArray().Select(side => (nint)side.GetInt64()).ToArray()))]);

    public static double[] Start { get; } = Numbers(File.GetProperty("theta0"));

    public static double[][] Gradients { get; } = [.. File.GetProperty("gradients").EnumerateArray().Select(Numbers)];

    /// <summary>Name and options to the parameters after so many steps.</summary>
    public static IReadOnlyDictionary<string, Dictionary<int, double[]>> Runs { get; } = File.GetProperty("runs")
        .EnumerateArray().ToDictionary(
        run => $"{run.GetProperty("optimizer").GetString()} {run.GetProperty("options").GetRawText()}",
        run => run.GetProperty("theta").EnumerateObject().ToDictionary(step => int.Parse(step.Name), step => Numbers(step.Value)));

    /// <summary>The rule's parameters after each step with the file's gradients.</summary>
    public static double[][] Run<T>(MatrixRuleCase rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] parameters = [.. Start.Select(T.CreateTruncating)];
        using Optimizer<T> optimizer = rule.Create<T>(Layout);
        List<double[]> path = [];
        foreach (double[] gradient in Gradients)
        {
            optimizer.Step(parameters, (T[])[.. gradient.Select(T.CreateTruncating)]);
            path.Add([.. parameters.Select(double.CreateTruncating)]);
        }

        return [.. path];
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static JsonElement Read()
    {
        using Stream stream = typeof(MatrixTrajectories).Assembly.GetManifestResourceStream("matrix-trajectories.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
