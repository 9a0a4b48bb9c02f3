using BenchmarkDotNet.Running;
using HpcOpt;
using HpcOpt.Benchmarks;
using HpcOpt.Benchmarks.Peers;

// "paired": the figures of pairs alone, "rules" their table of optimizers; "--filter ...": BenchmarkDotNet with these options; nothing: both, and both are kept.
// "peers-check": whether other implementations compute the same, and nothing else.
if (args.Contains("peers-check", StringComparer.Ordinal))
{
    PeerCheck.Report(TorchPeers.All);
    return;
}

string[] options = [.. args.Where(argument => argument is not ("paired" or "rules"))];
bool isPaired = options.Length < args.Length;
bool isPart = options.Contains("--filter", StringComparer.Ordinal) || options.Contains("--list", StringComparer.Ordinal);
string results = Machine.ResultsFolder();

if (args.Contains("rules") || (!isPaired && !isPart))
{
    Keep("rules.md", "Every optimizer in memory, paired with its own byte floor", Figures.Rules());
}

if (args.Contains("paired") || (!isPaired && !isPart))
{
    Keep("paired.md", "Figures, paired repetition by repetition", Figures.Report());
}

if (!isPaired)
{
    var steps = BenchmarkSwitcher.FromTypes([typeof(StepBenchmarks<>)]);
    if (isPart)
    {
        steps.Run(options, TableConfig.Create());
    }
    else
    {
        Keep("steps.md", "One step of every optimizer", TableConfig.Markdown(steps.RunAllJoined(TableConfig.Create(), options)));
    }
}

void Keep(string file, string title, string table)
{
    string text = $"# {title}\n\n{Machine.Describe(Execution.Default)}\n\n{table}";
    File.WriteAllText(Path.Combine(results, file), text);
    Console.WriteLine($"{text}\nKept in {Path.Combine(results, file)}");
}
