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
if (asked.FirstOrDefault(argument => !Mode.All.Any(mode => mode.IsMeant(argument))) is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}' is no mode of the benchmarks; expected some of these, or nothing for those with a star:");
    foreach (Mode mode in Mode.All)
    {
        Console.Error.WriteLine($"  {(mode.IsUsual ? '*' : ' ')} {mode.Name,-12} {mode.Description}");
    }

    Console.Error.WriteLine("  --filter …     BenchmarkDotNet, with its own options");
    return 2;
}

return asked.Length == 0
    ? Mode.All.Where(mode => mode.IsUsual).Max(mode => mode.Run(""))
    : asked.Max(argument => Mode.All.Single(mode => mode.IsMeant(argument)).Run(argument.Split(':', 2).ElementAtOrDefault(1) ?? ""));
