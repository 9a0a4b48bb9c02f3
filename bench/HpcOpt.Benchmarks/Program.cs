using BenchmarkDotNet.Running;
using HpcOpt.Benchmarks;
using HpcOpt.Benchmarks.Networks;

if (args.Any(argument => argument is "--filter" or "--list"))
{
    BenchmarkSwitcher.FromTypes([typeof(StepBenchmarks<>)]).Run(args, TableConfig.Create());
    return 0;
}

if (args is [NetworkMemory.ChildMode, { } implementation])
{
    NetworkMemory.RunChild(implementation);
    return 0;
}

// "--artifacts FOLDER" is BenchmarkDotNet's, and comes with every call of the build.
string[] asked = [.. args.Where((argument, i) => !argument.StartsWith('-') && (i == 0 || args[i - 1] != "--artifacts"))];
if (asked.Except(Mode.All.Select(mode => mode.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}' is no mode of the benchmarks; expected some of these, or nothing for those with a star:");
    foreach (Mode mode in Mode.All)
    {
        Console.Error.WriteLine($"  {(mode.IsUsual ? '*' : ' ')} {mode.Name,-12} {mode.Description}");
    }

    Console.Error.WriteLine("  --filter …     BenchmarkDotNet, with its own options");
    return 2;
}

return Mode.All.Where(mode => asked.Length == 0 ? mode.IsUsual : asked.Contains(mode.Name)).Max(mode => mode.Run());
