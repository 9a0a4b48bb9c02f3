using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Running;
using HpcOpt;
using HpcOpt.Benchmarks;
using HpcOpt.Benchmarks.Peers;
using HpcOpt.Cli.Bench;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Plots;

// "shares": every optimizer beside its floors; "peers": beside other implementations; "paired": AdamW beside a hand-written loop, segments, the
// smallest step; "storage": AdamW in every combination of formats; nothing: these four. "guard": a short form that fails on a fall, and "guard-keep" what it expects; "peers-check": whether the others compute the same;
// "--filter ...": BenchmarkDotNet with these options.
string results = Machine.ResultsFolder();
if (args.Any(argument => argument is "--filter" or "--list"))
{
    BenchmarkSwitcher.FromTypes([typeof(StepBenchmarks<>)]).Run(args, TableConfig.Create());
    return 0;
}

string[] modes = ["shares", "peers", "paired", "storage", "guard", "guard-keep", "peers-check"];
if (args.Where((argument, i) => i == 0 || args[i - 1] != "--artifacts").FirstOrDefault(argument => !argument.StartsWith('-') && !modes.Contains(argument)) is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}' is no mode of the benchmarks; expected {string.Join(", ", modes)}, or nothing for the first four.");
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

bool everything = !args.Any(argument => argument is "shares" or "peers" or "paired" or "storage");
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

if (everything || args.Contains("storage"))
{
    Keep("storage.md", $"# AdamW with numbers of fewer bits, 64 Mi parameters\n\n{Machine.Describe(Execution.Default)}\n\n{StorageTable.Report()}");
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
