using System.Text.Json;

namespace HpcOpt.Training.Tests.Models;

/// <summary>Loss, gradient and scores of small networks, computed by NumPy (<c>Data/perceptron.py</c>).</summary>
internal sealed record PerceptronRun(
    string Activation, int Classes, double[] Features, double[] Targets, int[] Hidden, double[] Parameters, double Loss, double[] Gradient,
    double[] Scores)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    public static PerceptronRun[] All { get; } =
        JsonSerializer.Deserialize<JsonElement>(TestData.Open("perceptron.json")).GetProperty("runs").Deserialize<PerceptronRun[]>(Format)!;

    public MultilayerPerceptron<double> Model(int microBatch = 1024) => new(
        new(Features, Targets, [.. Enumerable.Range(0, Features.Length / Targets.Length).Select(j => $"x{j}")],
            Classes == 0 ? null : [.. Enumerable.Range(0, Classes).Select(k => (double)k)]),
        new() { Hidden = Hidden, Activation = Enum.Parse<Activation>(Activation, ignoreCase: true), MicroBatch = microBatch });
}
