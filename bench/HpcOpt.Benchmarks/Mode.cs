using System.Globalization;
using System.Text;
using System.Text.Json;
using HpcOpt.Benchmarks.Networks;
using HpcOpt.Benchmarks.Peers;
using HpcOpt.Benchmarks.Sparse;
using HpcOpt.Cli;
using HpcOpt.Cli.Bench;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Plots;

namespace HpcOpt.Benchmarks;

/// <summary>What the benchmarks can do; those that measure keep their results in the folder of this kind of CPU.</summary>
/// <param name="Name">What is written on the command line.</param>
/// <param name="Description">A clause.</param>
/// <param name="Run">Takes the argument, empty without, and returns the exit code.</param>
internal sealed record Mode(string Name, string Description, Func<string, int> Run)
{
    private static readonly string Results = Machine.ResultsFolder();

    /// <summary>Whether it runs when none is named.</summary>
    public bool IsUsual { get; init; } = true;

    /// <summary>Its argument, behind a colon: <c>sparse:FOLDER</c>.</summary>
    public bool TakesArgument { get; init; }

    public static IReadOnlyList<Mode> All { get; } =
    [
        new("shares", "every optimizer beside its floors; shares:16384,67108864 at these sizes alone", Shares) { TakesArgument = true },
        new("peers", "Adam and AdamW beside other implementations", _ => Peers()),
        new("paired", "AdamW beside a hand-written loop, segments, tensors (paired:tensors), small steps", Paired) { TakesArgument = true },
        new("fused", "a step with all that surrounds it", _ => Fused()),
        new("storage", "AdamW in every combination of formats", _ => Storage()),
        new("blas", "products and vectors beside the libraries' own", _ => Blas()),
        new("mlp", "epochs of a network beside TorchSharp's", _ => Network()),
        new("sparse", "sparse:FOLDER trains on debian-sections, which FOLDER holds, beside scikit-learn", Sparse)
        {
            IsUsual = false,
            TakesArgument = true,
        },
        new("large", "one step of a vector of 2^31 + 17 elements in place (8 GiB), checked at every element",
            _ => LargeVector.Check(Console.WriteLine)) { IsUsual = false },
        new("guard", "a short form of shares that fails on a fall",
            _ => RatioGuard.Run(Path.Combine(Results, RatioGuard.FileName), Console.Out)) { IsUsual = false },
        new("guard-keep", "what the guard expects from now on", _ => KeepGuard()) { IsUsual = false },
        new("peers-check", "whether the others compute the same", _ => PeerCheck.Report(PeerTable.Kinds)) { IsUsual = false },
    ];

    public bool IsMeant(string argument) => TakesArgument ? argument.Split(':', 2)[0] == Name : argument == Name;

    private static int Shares(string sizes)
    {
        string[] asked = sizes.Split(',', StringSplitOptions.RemoveEmptyEntries);
        string[] known = Array.ConvertAll(ShareTable.Sizes, size => size.ToString(CultureInfo.InvariantCulture));
        if (asked.FirstOrDefault(size => !known.Contains(size)) is { } unknown)
        {
            Console.Error.WriteLine(
                $"shares:{sizes}: '{unknown}' is no size of the table; expected some of {string.Join(',', known)}, or nothing for all.");
            return ExitCode.Usage;
        }

        double triad = Triad.GigabytesPerSecond(Execution.Default);
        List<BenchRow> rows = ShareTable.Measure(size => asked.Length == 0 || asked.Contains(size.ToString(CultureInfo.InvariantCulture)),
            row => Console.WriteLine(ShareTable.Line(row)));
        Keep("shares.md",
            $"# Every optimizer beside what it cannot beat\n\n{Environment()}\n- Memory: {triad:F1} GB/s (triad, 12 bytes an element)\n\n"
            + $"{ShareTable.Markdown(rows, triad)}");
        Keep("shares.csv", ShareTable.Csv(rows));
        Keep("shares.json", new { triadGbPerSecond = triad, rows });
        if (asked.Length == 0)
        {
            Draw("speed", Charts.Speed(rows));
        }

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

    private static int Paired(string part)
    {
        if (part.Length > 0)
        {
            if (part != "tensors")
            {
                Console.Error.WriteLine($"paired:{part}: expected paired:tensors, or paired for all.");
                return ExitCode.Usage;
            }

            Console.WriteLine(Figures.OfTensors());
            return ExitCode.Done;
        }

        Keep("paired.md", $"# Figures, paired repetition by repetition\n\n{Environment()}\n\n{Figures.Report()}");
        return ExitCode.Done;
    }

    private static int Fused()
    {
        const string Title = "# A step with all that surrounds it, paired repetition by repetition";
        Keep("fused.md", $"{Title}\n\n{Environment()}\n\n{Pipelines.Report()}");
        return ExitCode.Done;
    }

    private static int Storage()
    {
        Keep("storage.md", $"# AdamW with numbers of low precision, 64 Mi parameters\n\n{Environment()}\n\n{StorageTable.Report()}");
        return ExitCode.Done;
    }

    private static int Blas()
    {
        List<BlasRow> rows = BlasTable.Measure(row => Console.WriteLine(BlasTable.Line(row)));
        Keep("blas.md",
            $"# Products and vectors beside the libraries' own\n\n{Environment()}\n{BlasTable.Providers()}\n\n{BlasTable.Markdown(rows)}");
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
        Keep("mlp.md",
            $"# A multilayer perceptron beside TorchSharp's\n\n{NetworkProblem.Text}.\n\n{Environment()}\n\n"
            + $"{NetworkTable.Markdown(rows, memory)}");
        Keep("mlp.csv", NetworkTable.Csv(rows));
        Keep("mlp.json", new { rows, memory });
        return ExitCode.Done;
    }

    private static int Sparse(string folder)
    {
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine(
                $"sparse:{folder}: expected sparse:FOLDER with the folder that holds debian-sections.train.svm.gz and "
                + "debian-sections.test.svm.gz.");
            return ExitCode.Usage;
        }

        var table = SparseTable.Measure(folder, Console.WriteLine);
        Console.WriteLine(table.Markdown());
        Keep("sparse.md", $"# Sparse AdaGrad on debian-sections, beside scikit-learn\n\n{Environment()}\n\n{table.Markdown()}");
        Keep("sparse.json", table);
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
