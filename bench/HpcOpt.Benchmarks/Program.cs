using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Running;
using HpcOpt;
using HpcOpt.Benchmarks;
using HpcOpt.Benchmarks.Peers;
using HpcOpt.Benchmarks.Sparse;
using HpcOpt.Cli.Bench;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Plots;

// "shares": every optimizer beside its floors; "peers": beside other implementations; "paired": AdamW beside a hand-written loop, segments, the
// smallest step; nothing: these three. "guard": a short form that fails on a fall, and "guard-keep" what it expects; "peers-check": whether the others compute the same;
// "sparse FOLDER": training on debian-sections beside scikit-learn;
// "--filter ...": BenchmarkDotNet with these options.
string results = Machine.ResultsFolder();
if (args.Any(argument => argument is "--filter" or "--list"))
{
    BenchmarkSwitcher.FromTypes([typeof(StepBenchmarks<>)]).Run(args, TableConfig.Create());
    return 0;
}

string[] modes = ["shares", "peers", "paired", "guard", "guard-keep", "peers-check", "sparse"];
if (args.Where((argument, i) => i == 0 || args[i - 1] != "--artifacts").FirstOrDefault(argument => !argument.StartsWith('-') && !modes.Contains(argument) && !Directory.Exists(argument)) is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}' is no mode of the benchmarks; expected {string.Join(", ", modes)}, or nothing for the first three.");
    return 2;
}

if (args.Contains("guard"))
{
    return RatioGuard.Run(Path.Combine(results, RatioGuard.FileName), Console.Out);
}

if (args.Contains("guard-keep"))
{
    RatioGuard.Keep(Path.Combine(results, RatioGuard.FileName));
    return 0;
}

if (args.Contains("peers-check"))
{
    return PeerCheck.Report(PeerTable.Kinds);
}

if (args.Contains("sparse"))
{
    if (args.SkipWhile(argument => argument != "sparse").ElementAtOrDefault(1) is not { } folder || !Directory.Exists(folder))
    {
        Console.Error.WriteLine("'sparse' needs the folder that holds debian-sections.train.svm.gz and debian-sections.test.svm.gz behind it.");
        return 2;
    }

    var table = SparseTable.Measure(folder, Console.WriteLine);
    Console.WriteLine(table.Markdown());
    Keep("sparse.md", $"# Sparse AdaGrad on debian-sections, beside scikit-learn\n\n{Machine.Describe(Execution.Default)}\n\n{table.Markdown()}");
    Keep("sparse.json", JsonSerializer.Serialize(table, JsonReport.Format) + "\n");
    return 0;
}

bool everything = !args.Any(argument => argument is "shares" or "peers" or "paired");
if (everything || args.Contains("shares"))
{
    double triad = Triad.GigabytesPerSecond(Execution.Default);
    List<BenchRow> rows = ShareTable.Measure(row => Console.WriteLine(ShareTable.Line(row)));
    Keep("shares.md", $"# Every optimizer beside what it cannot beat\n\n{Machine.Describe(Execution.Default)}\n- Memory: {triad:F1} GB/s (triad, 12 bytes an element)\n\n{ShareTable.Markdown(rows, triad)}");
    Keep("shares.csv", ShareTable.Csv(rows));
    Keep("shares.json", JsonSerializer.Serialize(new { triadGbPerSecond = triad, rows }, JsonReport.Format) + "\n");
    Draw("speed", Charts.Speed(rows));
    RatioGuard.Keep(Path.Combine(results, RatioGuard.FileName));
}

if (everything || args.Contains("peers"))
{
    List<PeerRow> rows = PeerTable.Measure(row => Console.WriteLine(PeerTable.Line(row)));
    Keep("peers.md", $"# Adam and AdamW, f32, beside other implementations\n\n{Machine.Describe(Execution.Default)}\n\n{PeerTable.Markdown(rows)}");
    Keep("peers.csv", PeerTable.Csv(rows));
    Keep("peers.json", JsonSerializer.Serialize(new { rows }, JsonReport.Format) + "\n");
    Draw("peers", Charts.Peers(rows));
}

if (everything || args.Contains("paired"))
{
    Keep("paired.md", $"# Figures, paired repetition by repetition\n\n{Machine.Describe(Execution.Default)}\n\n{Figures.Report()}");
}

return 0;

void Draw(string name, Picture picture)
{
    File.WriteAllBytes(Path.Combine(results, name + ".png"), picture.ToPng());
    Keep(name + ".svg", picture.ToSvg());
}

void Keep(string file, string text)
{
    File.WriteAllText(Path.Combine(results, file), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    Console.WriteLine($"Kept {Path.Combine(results, file)}");
}
