using HpcOpt.Blas;

namespace HpcOpt.Cli;

/// <summary>Every optimizer of the library by its name: a new file in <c>Rules</c> or <c>Optimizers</c> is here without a change.</summary>
internal static class OptimizerCatalog
{
    public static IReadOnlyDictionary<string, RuleType> All { get; } = ByName(
        new[] { typeof(IOptimizerRule), typeof(IMatrixRule) }.SelectMany(rule => rule.Assembly.GetExportedTypes())
            .Where(type => type.IsValueType && type.IsAssignableTo(typeof(IHyperparameters)))
            .Select(type => new RuleType(type)));

    /// <summary>Those whose step is one sweep over the parameters.</summary>
    public static IReadOnlyDictionary<string, RuleType> Sweeps { get; } = ByName(All.Values.Where(rule => rule.IsSweep));

    /// <exception cref="CliException">There is none of that name.</exception>
    public static RuleType Find(IReadOnlyDictionary<string, RuleType> among, string name, params string[] others) =>
        among.TryGetValue(name.ToLowerInvariant(), out RuleType? rule) ? rule : throw new CliException(
            ExitCode.Usage, $"--optimizer is '{name}'; expected, nearest first, {NearestNames.List(name, [.. among.Keys, .. others])}.");

    private static Dictionary<string, RuleType> ByName(IEnumerable<RuleType> rules) =>
        rules.OrderBy(rule => rule.Name, StringComparer.Ordinal).ToDictionary(rule => rule.Name, StringComparer.Ordinal);
}
