namespace HpcOpt.Cli;

/// <summary>Every optimizer of the library by its name: a new file in <c>Rules</c> is here without a change.</summary>
internal static class OptimizerCatalog
{
    public static IReadOnlyDictionary<string, RuleType> All { get; } = typeof(IOptimizerRule).Assembly.GetExportedTypes()
        .Where(type => type.IsValueType && type.IsAssignableTo(typeof(IOptimizerRule)))
        .Select(type => new RuleType(type))
        .OrderBy(rule => rule.Name, StringComparer.Ordinal)
        .ToDictionary(rule => rule.Name, StringComparer.Ordinal);

    /// <exception cref="CliException">There is none of that name.</exception>
    public static RuleType Find(string name, params string[] others) =>
        All.TryGetValue(name.ToLowerInvariant(), out RuleType? rule) ? rule : throw new CliException(
            ExitCode.Usage, $"--optimizer is '{name}'; expected, nearest first, {NearestNames.List(name, [.. All.Keys, .. others])}.");
}
