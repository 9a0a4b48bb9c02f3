using System.Text;
using System.Text.Json;
using HpcOpt.Benchmarks.Networks;
using HpcOpt.Benchmarks.Peers;
using HpcOpt.Cli;
using HpcOpt.Cli.Bench;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Plots;

namespace HpcOpt.Benchmarks;

/// <summary>What the benchmarks can do; those that measure keep their results in the folder of this kind of CPU.</summary>
/// <param name="Name">What is written on the command line.</param>
/// <param name="Description">A clause.</param>
/// <param name="Run">Returns the exit code.</param>
internal sealed record Mode(string Name, string Description, Func<int> Run)
{
    private static readonly string Results = Machine.ResultsFolder();

    /// <summary>Whether it runs when none is named.</summary>
    public bool IsUsual { get; init; } = true;

    public static IReadOnlyList<Mode> All { get; } =
    [
        new("shares", "every optimizer beside its floors", Shares),
        new("peers", "Adam and AdamW beside other implementations", Peers),
        new("paired", "AdamW beside a hand-written loop, segments, the smallest step", Paired),
        new("fused", "a step with all that surrounds it", Fused),
        new("blas", "products and vectors beside the libraries' own", Blas),
        new("mlp", "epochs of a network beside TorchSharp's", Network),
        new("guard", "a short form of shares that fails on a fall", () => RatioGuard.Run(Path.Combine(Results, RatioGuard.FileName), Console.Out)) { IsUsual = false },
        new("guard-keep", "what the guard expects from now on", KeepGuard) { IsUsual = false },
        new("peers-check", "whether the others compute the same", () => PeerCheck.Report(PeerTable.Kinds)) { IsUsual = false },
    ];

    private static int Shares()
    {
        double triad = Triad.GigabytesPerSecond(Execution.Default);
        List<BenchRow> rows = ShareTable.Measure(row => Console.WriteLine(ShareTable.Line(row)));
        Keep("shares.md", $"# Every optimizer beside what it cannot beat\n\n{Environment()}\n- Memory: {triad:F1} GB/s (triad, 12 bytes an element)\n\n{ShareTable.Markdown(rows, triad)}");
        Keep("shares.csv", ShareTable.Csv(rows));
        Keep("shares.json", new { triadGbPerSecond = triad, rows });
        Draw("speed", Charts.Speed(rows));
        return KeepGuard();
    }

    private static int Peers()
    {
        List<PeerRow> rows = PeerTable.Measure(row => Console.WriteLine(PeerTable.Line(row)));
        Keep("peers.md", $"# Adam and AdamW, f32, beside other implementations\n\n{Environment()}\n\n{PeerTable.Markdown(rows)}");
        Keep("peers.csv", PeerTable.Csv(rows));
        Keep("peers.json", new { rows });
        Draw("peers", Charts.Peers(rows));
        return ExitCode.Done;
    }

    private static int Paired()
    {
        Keep("paired.md", $"# Figures, paired repetition by repetition\n\n{Environment()}\n\n{Figures.Report()}");
        return ExitCode.Done;
    }

    private static int Fused()
    {
        Keep("fused.md", $"# A step with all that surrounds it, paired repetition by repetition\n\n{Environment()}\n\n{FusedSteps.Report()}");
        return ExitCode.Done;
    }

    private static int Blas()
    {
        List<BlasRow> rows = BlasTable.Measure(row => Console.WriteLine(BlasTable.Line(row)));
        Keep("blas.md", $"# Products and vectors beside the libraries' own\n\n{Environment()}\n{BlasTable.Providers()}\n\n{BlasTable.Markdown(rows)}");
        Keep("blas.csv", BlasTable.Csv(rows));
        Keep("blas.json", new { rows });
        return ExitCode.Done;
    }

    private static int Network()
    {
        if (TorchPeers.All[0].Missing is { } missing)
        {
            Console.Error.WriteLine($"The network of TorchSharp is missing: {missing}");
            return ExitCode.MissingComponent;
        }

        List<NetworkRow> rows = NetworkTable.Measure(row => Console.WriteLine(NetworkTable.Line(row)));
        List<NetworkMemory> memory = NetworkMemory.Measure(NetworkTable.Available);
        memory.ForEach(one => Console.WriteLine($"{one.Implementation}: {one.Bytes / 1048576.0:F0} MiB at the peak"));
        Keep("mlp.md", $"# A multilayer perceptron beside TorchSharp's\n\n{NetworkProblem.Text}.\n\n{Environment()}\n\n{NetworkTable.Markdown(rows, memory)}");
        Keep("mlp.csv", NetworkTable.Csv(rows));
        Keep("mlp.json", new { rows, memory });
        return ExitCode.Done;
    }

    private static int KeepGuard()
    {
        RatioGuard.Keep(Path.Combine(Results, RatioGuard.FileName));
        return ExitCode.Done;
    }

    private static string Environment() => Machine.Describe(Execution.Default);

    private static void Draw(string name, Picture picture)
    {
        File.WriteAllBytes(Path.Combine(Results, name + ".png"), picture.ToPng());
        Keep(name + ".svg", picture.ToSvg());
    }

    private static void Keep(string file, object value) => Keep(file, JsonSerializer.Serialize(value, JsonReport.Format) + "\n");

    private static void Keep(string file, string text)
    {
        File.WriteAllText(Path.Combine(Results, file), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        Console.WriteLine($"Kept {Path.Combine(Results, file)}");
    }
}
