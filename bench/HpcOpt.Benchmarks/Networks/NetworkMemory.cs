using System.Diagnostics;
using System.Globalization;
using HpcOpt.Blas;

namespace HpcOpt.Benchmarks.Networks;

/// <summary>The peak of resident memory of a process that trains with one implementation.</summary>
internal sealed record NetworkMemory(string Implementation, long Bytes)
{
    /// <summary>The mode of the processes that are measured.</summary>
    public const string ChildMode = "mlp-memory";

    private const string Torch = "torchsharp";
    private const string Peak = "VmHWM:";

    public static List<NetworkMemory> Measure(IEnumerable<string> providers) => [.. providers.Append(Torch).Select(Measure)];

    /// <summary>Trains two epochs and prints the peak.</summary>
    /// <param name="implementation">A provider of matrix products, or <c>torchsharp</c>.</param>
    public static void RunChild(string implementation)
    {
        using INetwork network = Create(NetworkProblem.Arrays(), implementation);
        network.Epoch(0);
        network.Epoch(1);
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(Peak, StringComparison.Ordinal));
        const NumberStyles Padded = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        Console.WriteLine(long.Parse(line[Peak.Length..^2], Padded, CultureInfo.InvariantCulture) * 1024);
    }

    private static INetwork Create((float[], float[]) arrays, string implementation)
    {
        if (implementation != Torch)
        {
            return new OurNetwork(NetworkProblem.Data(arrays), new LinearAlgebra(implementation));
        }

        // The weights do not matter here, and a network of this library's would count.
        ParameterLayout layout = ParameterLayout.Pack(
            ("w1", [NetworkProblem.Features, NetworkProblem.Hidden[0]]), ("b1", [NetworkProblem.Hidden[0]]),
            ("w2", [NetworkProblem.Hidden[0], NetworkProblem.Hidden[1]]), ("b2", [NetworkProblem.Hidden[1]]),
            ("w3", [NetworkProblem.Hidden[1], NetworkProblem.Classes]), ("b3", [NetworkProblem.Classes]));
        return new TorchNetwork(arrays, new float[layout.Length], layout);
    }

    private static NetworkMemory Measure(string implementation)
    {
        using var child = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, [typeof(NetworkMemory).Assembly.Location, ChildMode, implementation])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0
            ? new(implementation, long.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException(
                $"The process that trains with {implementation} ended with exit code {child.ExitCode}: {output}");
    }
}
